"""Campaign files: the header is found, the columns are recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from miroir import (
    CampaignLine,
    CampaignReading,
    CampaignSource,
    CollectRequest,
    ReceivedFile,
    Refusal,
)

from miroir_connectors.campaign_file.line import COLUMNS, PREFIX, read_line
from miroir_connectors.layout import Layout, refuse_misfit
from miroir_connectors.local import read_file


@dataclass(frozen=True, kw_only=True)
class CampaignFile(CampaignSource):
    """One campaign file: CSV, workbook (XLSX), or lines of fixed width.

    `columns` gives this GPS's own names: `siren = "N° SIREN"`. `required`: a
    file without these columns is refused. `widths` gives the first character,
    from 1, and the length of each column of a fixed-width file: `siren =
    [1, 9]`; `whole_cents`: its amounts are digits in cents. `campaign` names
    the campaign when the file does not. `sheet`: the first one if empty.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    whole_cents: bool = False
    campaign: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        self._layout.check()

    @property
    def _layout(self) -> Layout:
        return Layout(
            known=COLUMNS,
            prefix=PREFIX,
            names=self.columns,
            required=self.required,
            widths=self.widths or None,
            whole_cents=self.whole_cents,
            sheet=self.sheet,
        )

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the file, whole: it is small."""
        yield read_file(self.path, "path")

    def read(self, file: ReceivedFile) -> CampaignReading:
        """Take the rows that are right, refuse the others one by one."""
        lines: list[CampaignLine] = []
        refusals: list[Refusal] = []
        for row in self._layout.read(file):
            read = row if isinstance(row, Refusal) else read_line(row, self.campaign)
            if isinstance(read, Refusal):
                refusals.append(read)
            else:
                lines.append(read)
        refuse_misfit(file, len(lines), len(refusals), self._layout)
        return CampaignReading(lines=tuple(lines), refusals=tuple(refusals))

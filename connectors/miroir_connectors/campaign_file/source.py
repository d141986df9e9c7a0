"""Campaign files: the header is found, the columns are recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from miroir import (
    CampaignLine,
    CampaignReading,
    CampaignSource,
    CollectRequest,
    ReceivedFile,
    Refusal,
    RowsRefused,
)

from miroir_connectors.campaign_file.line import COLUMNS, Line
from miroir_connectors.campaign_file.sheet import Cell, as_text, rows
from miroir_connectors.columns import plain, positions, refuse_repeated
from miroir_connectors.local import read_file

_HEADER_WITHIN = 20


@dataclass(frozen=True, kw_only=True)
class CampaignFile(CampaignSource):
    """One campaign file, CSV (`;`, `,` or tab; UTF-8 or Windows-1252) or XLSX.

    `columns` gives this GPS's own names: `siren = "N° SIREN"`. `campaign`
    names the campaign when the file does not. `sheet`: the first one if empty.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    campaign: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        unknown = sorted({*self.columns} - {*COLUMNS})
        if unknown:
            raise ValueError(
                f"`columns` holds {', '.join(unknown)}; "
                f"expected among {', '.join(COLUMNS)}"
            )

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the file, whole: it is small."""
        yield read_file(self.path, "path")

    def read(self, file: ReceivedFile) -> CampaignReading:
        """Take the rows that are right, refuse the others one by one."""
        every = list(rows(file, self.sheet, self._known_in))
        start, header = self._header(file.name, every)
        places = self._places(file.name, header)
        names = _unique([as_text(cell) for cell in header])
        lines: list[CampaignLine] = []
        refusals: list[Refusal] = []
        for number, cells in every[start + 1 :]:
            if any(cell != "" for cell in cells[len(header) :]):
                refusals.append(_too_long(file.name, number, len(cells), len(header)))
                continue
            line = _line(file.name, number, cells, names, places)
            read = line.read(self.campaign)
            if isinstance(read, Refusal):
                refusals.append(read)
            else:
                lines.append(read)
        return CampaignReading(lines=tuple(lines), refusals=tuple(refusals))

    def _wanted(self) -> Mapping[str, tuple[str, ...]]:
        return {
            column: (self.columns[column],) if column in self.columns else aliases
            for column, aliases in COLUMNS.items()
        }

    def _found(self, header: Sequence[Cell]) -> dict[str, list[int]]:
        names = [as_text(cell) for cell in header]
        found = dict(positions(names, self._wanted()))
        for column, name in self.columns.items():
            exact = [i for i, cell in enumerate(names) if cell == name]
            found[column] = exact or [
                i for i, cell in enumerate(names) if plain(cell) == plain(name)
            ]
        return found

    def _known_in(self, header: Sequence[Cell]) -> int:
        found = self._found(header)
        named = found["siren"] or found["siret"]
        return sum(map(bool, found.values())) if named else 0

    def _header(
        self, file: str, every: Sequence[tuple[int, list[Cell]]]
    ) -> tuple[int, list[Cell]]:
        """The row that names the columns; titles may stand above it."""
        head = every[:_HEADER_WITHIN]
        scores = [self._known_in(cells) for _, cells in head]
        if not any(scores):
            raise RowsRefused(self._no_header(file, head[0][1] if head else ()))
        best = scores.index(max(scores))
        return best, head[best][1]

    def _no_header(self, file: str, first: Sequence[Cell]) -> str:
        seen = ", ".join(f"«{as_text(cell)}»" for cell in first) or "none"
        wanted = self._wanted()
        names = ", ".join(["siren", *wanted["siren"], "siret", *wanted["siret"]])
        return (
            f"{file}:1: no column of SIREN, nor of SIRET. Columns found: {seen}. "
            f"Names known: {names}. Give yours in the configuration: "
            '[sources.<name>.columns] siren = "…".'
        )

    def _places(self, file: str, header: Sequence[Cell]) -> Mapping[str, int]:
        found = self._found(header)
        names = [as_text(cell) for cell in header]
        refuse_repeated(file, names, found)
        missing = [name for column, name in self.columns.items() if not found[column]]
        if missing:
            raise RowsRefused(
                f"{file}: the columns {', '.join(f'«{name}»' for name in missing)}, "
                "named in the configuration, are not there. Columns found: "
                f"{', '.join(f'«{name}»' for name in names)}."
            )
        return {column: places[0] for column, places in found.items() if places}


def _line(
    file: str,
    line: int,
    cells: Sequence[Cell],
    names: Sequence[str],
    places: Mapping[str, int],
) -> Line:
    texts = [as_text(cell) for cell in cells]
    return Line(
        cells={c: cells[place] for c, place in places.items() if place < len(cells)},
        row=dict(zip(names, texts, strict=False)),
        file=file,
        line=line,
    )


def _too_long(file: str, line: int, cells: int, columns: int) -> Refusal:
    return Refusal(
        file=file,
        line=line,
        code="CAMPAGNE_CELLULES",
        reason=f"{cells} cells where the header has {columns}",
        remedy="Quote a cell that holds the delimiter.",
    )


def _unique(names: Sequence[str]) -> list[str]:
    """Names of columns, numbered where one comes again, so that none is lost."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique

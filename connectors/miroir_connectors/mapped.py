"""What every source by configuration shares: of what kind its files are, what
they are made of, and how their columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from miroir import ReceivedFile, RowSource, RowsRefused
from miroir.types.source import Kind, Reading

from miroir_connectors.kinds.reading import (
    KINDS,
    read_adhesion,
    read_campaign,
    read_tasks,
)
from miroir_connectors.kinds.task import Channel
from miroir_connectors.mapping.column import Column
from miroir_connectors.mapping.layout import Layout
from miroir_connectors.records.container import Container, Format


@dataclass(frozen=True, kw_only=True)
class MappedSource(RowSource):
    """Files of any kind and format; where they come from is for subclasses.

    `kind`: dsn, adhesion, campaign or task. DSN files are taken as they are;
    the other keys then have no use, and are refused.

    `format`: auto, csv, xlsx, fixed, json, jsonl or mail; `sheet`,
    `delimiter`, `encoding`, `records` and `widths` say more about it.
    `columns` gives this GPS's own names, `siren = "N° SIREN"`, or a table
    with `name`, `values`, `always`, `format`, `decimals`. `required`: a file
    without these columns is refused. `key`: the column that names a row in
    refusals. `campaign` names the campaign when no column does. `channel`:
    how tasks came.
    """

    kind: Kind
    format: Format = "auto"
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    records: str = ""
    columns: Mapping[str, str | Column] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    whole_cents: bool = False
    key: str = ""
    campaign: str = ""
    channel: Channel = "basket"

    def __post_init__(self) -> None:
        if self.kind == "dsn":
            self._refuse_useless(*_OF_ROWS, "campaign", "channel")
            return
        if self.kind != "campaign":
            self._refuse_useless("campaign")
        if self.kind != "task":
            self._refuse_useless("channel")
            if self.format == "mail":
                raise ValueError('`format = "mail"` goes with `kind = "task"`')
        if (self.format == "fixed") != bool(self.widths) and self.format != "auto":
            raise ValueError('`format = "fixed"` and `widths` go together')
        self.layout.check()

    @property
    def file_format(self) -> Format:
        """What files are made of, or `auto`."""
        return self.format

    @property
    def layout(self) -> Layout:
        """How the rows of a file are read; not for DSN files."""
        kind = KINDS[self.kind]
        return Layout(
            known=kind.columns,
            prefix=kind.prefix,
            described={
                column: Column(name=each) if isinstance(each, str) else each
                for column, each in self.columns.items()
            },
            required=tuple(dict.fromkeys((*kind.required, *self.required))),
            widths=self.widths or None,
            whole_cents=self.whole_cents,
            container=Container(
                format=self.file_format,
                sheet=self.sheet,
                delimiter=self.delimiter,
                encoding=self.encoding,
                records=self.records,
            ),
            key=self.key,
        )

    def read(self, file: ReceivedFile) -> Reading:
        """Take the rows that are right, refuse the others one by one."""
        match self.kind:
            case "adhesion":
                return read_adhesion(file, self.layout)
            case "campaign":
                return read_campaign(file, self.layout, self.campaign)
            case "task":
                return read_tasks(file, self.layout, self.channel)
        raise RowsRefused(f"{file.name}: a DSN file has no rows; Miroir reads it.")

    def _refuse_useless(self, *names: str) -> None:
        usual = {each.name: each.default for each in fields(self)}
        for name in names:
            if getattr(self, name) and getattr(self, name) != usual[name]:
                raise ValueError(f'`{name}` has no use with `kind = "{self.kind}"`')


_OF_ROWS = (
    *("format", "sheet", "delimiter", "encoding", "records", "columns"),
    *("required", "widths", "whole_cents", "key"),
)

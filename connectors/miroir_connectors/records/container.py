"""What a file is made of: text with delimiters, workbook, JSON, message."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal

from miroir import ReceivedFile

from miroir_connectors.records.objects import json_lines_table, json_table
from miroir_connectors.records.row import Table
from miroir_connectors.records.text import (
    WORKBOOKS,
    IsHeader,
    csv_rows,
    decode,
    find_delimiter,
)
from miroir_connectors.records.workbook import workbook_rows

HEADERS = ";SECTION=HEADER"
"""The end of the name (RFC 5092) of a message whose headers alone were taken."""

Format = Literal["auto", "csv", "xlsx", "fixed", "json", "jsonl", "mail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """How rows are found in a file.

    `auto` tells a workbook, JSON and text apart by their first bytes. `sheet`:
    the first one if empty. `delimiter`, `encoding`: found if empty. `records`
    points at the list of objects of a JSON document.
    """

    format: Format = "auto"
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    records: str = ""

    def check(self) -> None:
        """Raise ValueError when these settings cannot be."""
        if len(self.delimiter) > 1:
            raise ValueError('`delimiter` is one character, such as ";" or "\\t"')
        if self.records and not self.records.startswith("/"):
            raise ValueError('`records` is a JSON pointer, such as "/data/items"')
        try:
            codecs.lookup(self.encoding or "utf-8")
        except LookupError:
            raise ValueError(
                '`encoding` is the name of one, such as "cp1252"'
            ) from None

    def read(self, file: ReceivedFile, is_header: IsHeader) -> Table:
        """The rows that hold something; raises RowsRefused without any order."""
        match self._format(file):
            case "xlsx":
                return Table(header=None, rows=[*workbook_rows(file, self.sheet)])
            case "json":
                text = decode(file, self.encoding)
                return json_table(file.name, text, self.records)
            case "jsonl":
                return json_lines_table(decode(file, self.encoding))
            case "mail":
                from miroir_connectors.records.message import message_table

                return message_table(file)
        text = decode(file, self.encoding)
        delimiter = self.delimiter or find_delimiter(text, is_header)
        return Table(header=None, rows=[*csv_rows(file.name, text, delimiter)])

    def _format(self, file: ReceivedFile) -> Format:
        if self.format != "auto":
            return self.format
        if file.content.startswith(WORKBOOKS):
            return "xlsx"
        start = file.content[:64].removeprefix(codecs.BOM_UTF8).lstrip()
        return "json" if start.startswith((b"{", b"[")) else "csv"

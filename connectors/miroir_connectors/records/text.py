"""Text files: their encoding, their lines, their cells between delimiters."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from miroir import ReceivedFile, RowsRefused

from miroir_connectors.records.row import Cell, Row

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS = (";", ",", "\t")
_HEAD = 20

IsHeader = Callable[[Sequence[Cell]], int]
"""How many of the columns that are known a row names."""


def decode(file: ReceivedFile, encoding: str = "") -> str:
    """The text; without an encoding, UTF-8 or else Windows-1252."""
    if not encoding and file.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RowsRefused(
            f"{file.name}:1: the text is UTF-16. Save the file as «CSV UTF-8»."
        )
    for name in (encoding,) if encoding else ("utf-8-sig", "cp1252"):
        try:
            return file.content.decode(name)
        except UnicodeDecodeError:
            continue
    if encoding:
        raise RowsRefused(
            f"{file.name}: not text in {encoding}. Correct the key `encoding`."
        )
    raise RowsRefused(
        f"{file.name}: neither UTF-8 nor Windows-1252 text, nor a workbook. "
        "Save the file as «CSV UTF-8» or XLSX."
    )


def text_lines(file: ReceivedFile, encoding: str = "") -> Iterator[tuple[int, str]]:
    """Lines of a text file that hold something, numbered from 1."""
    if file.content.startswith(WORKBOOKS):
        raise RowsRefused(
            f"{file.name}: a workbook, where lines of fixed width were expected. "
            "Remove the key `widths`."
        )
    for number, line in enumerate(decode(file, encoding).splitlines(), start=1):
        if line.strip():
            yield number, line


def csv_rows(name: str, text: str, delimiter: str) -> Iterator[Row]:
    """Rows that hold something, numbered by the line they begin on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield Row(line=line, cells=stripped)
            line = reader.line_num + 1
    except csv.Error as error:
        raise RowsRefused(
            f"{name}:{line}: not readable as CSV ({error}). "
            "A quote is opened and not closed, or followed by text."
        ) from error


def find_delimiter(text: str, is_header: IsHeader) -> str:
    """The delimiter that lets `is_header` find the most columns."""
    head = text.splitlines()[:_HEAD]
    return max(_DELIMITERS, key=lambda mark: _score(head, mark, is_header))


def _score(head: list[str], delimiter: str, is_header: IsHeader) -> tuple[int, int]:
    try:
        split = list(csv.reader(head, delimiter=delimiter))
    except csv.Error:  # told once the delimiter is chosen
        return (0, 0)
    return (
        max((is_header(cells) for cells in split), default=0),
        max((len(cells) for cells in split), default=0),
    )

"""Rows of a CSV file or of a workbook, as numbered lists of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from miroir import ReceivedFile, RowsRefused

Cell = str | float | date
Row = tuple[int, list[Cell]]

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS = (";", ",", "\t")


def rows(
    file: ReceivedFile, sheet: str, is_header: Callable[[Sequence[Cell]], int]
) -> Iterator[Row]:
    """Rows that hold something. `is_header` counts the columns it knows in a
    row: the delimiter which lets it find the most is the file's."""
    if file.content.startswith(_WORKBOOKS):
        yield from _workbook(file, sheet)
    else:
        text = _decode(file)
        found = {mark: _score(text, mark, is_header) for mark in _DELIMITERS}
        best = max(_DELIMITERS, key=lambda mark: found[mark])
        yield from _csv(file.name, text, best)


def text_lines(file: ReceivedFile) -> Iterator[tuple[int, str]]:
    """Lines of a text file that hold something, numbered from 1."""
    if file.content.startswith(_WORKBOOKS):
        raise RowsRefused(
            f"{file.name}: a workbook, where lines of fixed width were expected. "
            "Remove the key `widths`."
        )
    for number, line in enumerate(_decode(file).splitlines(), start=1):
        if line.strip():
            yield number, line


def _score(
    text: str, delimiter: str, is_header: Callable[[Sequence[Cell]], int]
) -> tuple[int, int]:
    head = text.splitlines()[:20]
    try:
        split = list(csv.reader(head, delimiter=delimiter))
    except csv.Error:  # told once the delimiter is chosen
        return (0, 0)
    return (
        max((is_header(cells) for cells in split), default=0),
        max((len(cells) for cells in split), default=0),
    )


def _decode(file: ReceivedFile) -> str:
    if file.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RowsRefused(
            f"{file.name}:1: the text is UTF-16. Save the file as «CSV UTF-8»."
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return file.content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RowsRefused(
        f"{file.name}: neither UTF-8 nor Windows-1252 text, nor a workbook. "
        "Save the file as «CSV UTF-8» or XLSX."
    )


def _csv(name: str, text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            stripped: list[Cell] = [cell.strip() for cell in cells]
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        raise RowsRefused(
            f"{name}:{line}: not readable as CSV ({error}). "
            "A quote is opened and not closed, or followed by text."
        ) from error


def _workbook(file: ReceivedFile, sheet: str) -> Iterator[Row]:
    from python_calamine import CalamineError, load_workbook

    try:
        with load_workbook(io.BytesIO(file.content)) as book:
            names = book.sheet_names
            if sheet and sheet not in names:
                raise RowsRefused(
                    f"{file.name}: no sheet «{sheet}»; there are "
                    f"{', '.join(f'«{name}»' for name in names)}. "
                    "Correct the key `sheet`."
                )
            cells = book.get_sheet_by_name(sheet or names[0]).to_python(
                skip_empty_area=False
            )
    except (CalamineError, IndexError, ValueError) as error:
        raise RowsRefused(
            f"{file.name}: not a workbook that can be read ({error}). "
            "Open it in a spreadsheet and save it as XLSX again."
        ) from error
    for line, row in enumerate(cells, start=1):
        kept = [_cell(value) for value in row]
        if any(cell != "" for cell in kept):
            yield line, kept


def _cell(value: object) -> Cell:
    match value:
        case datetime():
            return value.date()
        case date() | float():
            return value
        case bool():
            return str(value)
        case int():
            return float(value)
        case _:
            return str(value).strip()


def as_text(cell: Cell) -> str:
    """What a cell holds, as one would read it: «552100554», not «552100554.0»."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat() if isinstance(cell, date) else cell

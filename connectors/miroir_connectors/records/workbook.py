"""Workbooks: the rows of one sheet, its numbers and its dates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime

from miroir import ReceivedFile, RowsRefused

from miroir_connectors.records.row import Cell, Row


def workbook_rows(file: ReceivedFile, sheet: str) -> Iterator[Row]:
    """Rows of a sheet that hold something; the first sheet without a name."""
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
            yield Row(line=line, cells=kept)


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

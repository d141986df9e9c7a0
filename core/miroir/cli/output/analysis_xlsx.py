"""The workbook: one sheet per question that an adviser asks."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

import click

from miroir.cli.output.mask import Mask
from miroir.cli.output.xlsx_rows import Cell, Context
from miroir.cli.output.xlsx_sheets import SHEETS, Kind, Sheet
from miroir.types.amounts import Cents
from miroir.types.diagnosis import Analysis
from miroir.types.period import Month

if TYPE_CHECKING:
    from xlsxwriter.workbook import (  # type: ignore[import-untyped]
        Format,
        Workbook,
        Worksheet,
    )

LAST_ROW = 1_048_575
"""Rows that a sheet can hold below its headings."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_xlsx(
    analysis: Analysis, mask: Mask, tolerance: Cents, stream: BinaryIO
) -> None:
    """Raises click.UsageError when a sheet of Excel cannot hold every line."""
    lines = sum(len(company.view.mirror) for company in analysis.companies)
    if lines > LAST_ROW:
        raise click.UsageError(
            f"{lines} lines do not fit in a sheet, which holds {LAST_ROW}: "
            "give fewer companies, or use --format csv"
        )
    import xlsxwriter  # type: ignore[import-untyped]

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        formats = _formats(book)
        context = Context(analysis, mask, tolerance)
        for sheet in SHEETS:
            _fill(book.add_worksheet(sheet.name), sheet, context, formats)
    stream.write(content.getbuffer())


def _formats(book: Workbook) -> dict[Kind | None, Format]:
    top: dict[str, object] = {"valign": "top"}
    return {
        None: book.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E8EEF4"}
        ),
        Kind.TEXT: book.add_format({**top, "text_wrap": True, "num_format": "@"}),
        Kind.MONEY: book.add_format({**top, "num_format": '#,##0.00\\ "€"'}),
        Kind.NUMBER: book.add_format({**top, "num_format": "#,##0"}),
        Kind.MONTH: book.add_format(
            {**top, "num_format": "mmm\\ yyyy", "align": "left"}
        ),
    }


def _fill(
    page: Worksheet, sheet: Sheet, context: Context, formats: dict[Kind | None, Format]
) -> None:
    page.freeze_panes(1, 0)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(0, index, column.heading, formats[None])
    last = 0
    for last, row in enumerate(sheet.rows(context), start=1):
        for index, (column, cell) in enumerate(zip(sheet.columns, row, strict=False)):
            _write(page, last, index, column.kind, cell, formats[column.kind])
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write(
    page: Worksheet, row: int, index: int, kind: Kind, cell: Cell, format: Format
) -> None:
    match kind, cell:
        case _, None:
            page.write_blank(row, index, None, format)
        case Kind.MONEY, int():
            # The file holds a decimal text: no float comes between.
            page.write_number(row, index, Decimal(cell).scaleb(-2), format)
        case Kind.NUMBER, int():
            page.write_number(row, index, cell, format)
        case Kind.MONTH, Month():
            first = cell.first
            day = datetime(first.year, first.month, first.day)
            page.write_datetime(row, index, day, format)
        case _:
            page.write_string(row, index, str(cell), format)

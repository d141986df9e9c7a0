"""A row as a file gives it: cells, and the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cell = str | float | date
_WHOLE = 2**53
"""Beyond, a float no longer holds every whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells in the order of the header. `line` counts from 1.

    `place` says where the row is when a line does not: «/items/3».
    """

    line: int
    cells: Sequence[Cell]
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A row whose cells could not be told apart."""

    line: int
    code: str
    reason: str
    remedy: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a file. `header`: its columns, None when a row names them."""

    header: Sequence[str] | None
    rows: Sequence[Row | Unread]


def as_text(cell: Cell) -> str:
    """What a cell holds, as one would read it: «552100554», not «552100554.0»."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def number(text: str) -> Cell:
    """A number of a file, as its text when a float would not hold it."""
    value = float(text)
    exact = Decimal(text) == Decimal(repr(value)) if abs(value) < _WHOLE else False
    return value if exact else text

"""Dataclasses to rows and back: a column has the name of its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row, RowMapping, Table

from miroir.dossier.model import GapRef

T = TypeVar("T")
_GAP = ("kind", "siret", "subject", "period")


def values(
    item: Any, table: Table, *, leave: Iterable[str] = ("id",)
) -> dict[str, Any]:
    """The fields of a dataclass that are columns of a table."""
    left = set(leave)
    return {
        field.name: getattr(item, field.name)
        for field in fields(item)
        if field.name in table.c and field.name not in left
    }


def read(kind: type[T], row: RowMapping, **more: object) -> T:
    """A dataclass from the columns that bear the names of its fields."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    found = {name: row[name] for name in names if name in row and name not in more}
    return kind(**found, **more)


def gap_values(ref: GapRef) -> dict[str, object]:
    return ref._asdict()


def read_gap(row: RowMapping | Row[Any]) -> GapRef:
    mapping = row if isinstance(row, RowMapping) else row._mapping
    return GapRef(*(mapping[name] for name in _GAP))

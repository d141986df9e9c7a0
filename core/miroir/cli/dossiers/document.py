"""A dossier as one JSON document; amounts are texts with two decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from miroir.dossier.model import GapRef
from miroir.operations.dossiers.views import DossierView
from miroir.types.amounts import format_cents
from miroir.types.period import Month

SCHEMA = "miroir.dossier/1"
_AMOUNTS = {"amount", "first", "declared", "calculated", "most"}


def document(view: DossierView) -> dict[str, object]:
    """Everything of a dossier."""
    return {"schema": SCHEMA, **plain_fields(view)}


def plain_fields(item: object) -> dict[str, object]:
    """The fields of a dataclass, in values that JSON has."""
    assert is_dataclass(item)
    return {
        field.name: _amount(getattr(item, field.name))
        if field.name in _AMOUNTS
        else plain(getattr(item, field.name))
        for field in fields(item)
    }


def _amount(value: object) -> str | None:
    return format_cents(value) if isinstance(value, int) else None


def plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Month | ZoneInfo):
        return str(value)
    if isinstance(value, GapRef):
        return {name: plain(part) for name, part in value._asdict().items()}
    if is_dataclass(value):
        return plain_fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [plain(item) for item in value]
    return value

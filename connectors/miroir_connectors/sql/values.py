"""A row of a database as one line of JSON, to the last digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from miroir import SourceError


def as_line(row: Mapping[str, object], address: str) -> str:
    """One object, its names in the order of the query; raises SourceError."""
    found = {name: _value(name, value, address) for name, value in row.items()}
    return json.dumps(found, ensure_ascii=False)


def _value(name: str, value: object, address: str) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) else repr(value)
        case date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
    raise SourceError(
        f"{address}: the column {name} holds a {type(value).__name__}, which is no text, "
        "number nor date. Convert it in the query (CAST … AS …)."
    )

"""Where a source goes on next time: the highest value of one of its columns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

CursorType = Literal["text", "integer", "date", "datetime"]
CursorValue = str | int | date


def start_of(text: str, type: CursorType) -> CursorValue:
    """A cursor as the database compares it; raises ValueError."""
    try:
        match type:
            case "integer":
                return int(text)
            case "date":
                return date.fromisoformat(text)
            case "datetime":
                return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"the cursor «{text[:40]}» is not of the type {type}"
        ) from None
    return text


def written(value: object) -> str:
    """A value of the cursor's column, as the cursor keeps it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def later(cursor: str | None, text: str, type: CursorType) -> str:
    """The higher of the two."""
    if cursor is None:
        return text
    one, other = start_of(cursor, type), start_of(text, type)
    # Of one type both: mypy cannot know.
    return text if other > one else cursor  # type: ignore[operator]

"""Column types that hold a rule: instants in UTC, exact decimals, safe texts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from miroir.privacy import mask
from miroir.types.period import Month


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, in UTC both ways; SQLite would drop the time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant has a time zone: datetime.now(UTC)")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class MonthText(TypeDecorator[Month]):
    """A month, «2026-03»."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Month | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Month | None:
        return None if value is None else Month.parse(value)


class DecimalText(TypeDecorator[Decimal]):
    """A decimal with all its digits; SQLite would turn it into a float."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> Decimal | None:
        return None if value is None else Decimal(value)


class SafeText(TypeDecorator[str]):
    """A free text: what looks like a NIR or an IBAN is never written."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else safe(value)


class SafeJson(TypeDecorator[Any]):
    """A JSON document whose texts are as those of SafeText."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _safe_json(value)


def safe(text: str) -> str:
    """`text` masked, and without what PostgreSQL cannot hold."""
    # File names of another encoding reach us with lone surrogates.
    valid = text.replace("\0", "").encode("utf-8", "backslashreplace").decode()
    return mask(valid)


def _safe_json(value: Any) -> Any:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {safe(str(key)): _safe_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_safe_json(item) for item in value]
    return value

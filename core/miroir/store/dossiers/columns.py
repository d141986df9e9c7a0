"""Column types of the dossiers: a word of an enumeration, a list of names."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, String
from sqlalchemy.types import TypeDecorator

from miroir.store.columns import SafeJson


class Word(TypeDecorator[StrEnum]):
    """One member of an enumeration, by its value."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> StrEnum | None:
        return None if value is None else self.words(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """Texts in their order."""

    impl = SafeJson
    cache_ok = True

    def process_bind_param(
        self, value: tuple[str, ...] | None, dialect: Dialect
    ) -> list[str]:
        return list(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value or ())


def among(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Only the words of an enumeration may be written, by any program."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)

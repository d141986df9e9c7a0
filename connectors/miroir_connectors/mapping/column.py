"""One column as a configuration describes it: its name, how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a column is in the file, and how to read what it holds.

    `name`: in the header, or the path of a JSON value, «entreprise.siren».
    `values`: what its codes mean, «CADRE» = «01»; a code not listed refuses
    the row. `always`: the value of every row, when the file has no such
    column. `format`: how its dates are written, such as «%d%m%Y» (strptime).
    `decimals`: its digits have no decimal mark, and as many are decimals.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    always: str | None = None
    format: str = ""
    decimals: int | None = None

    def check(self, column: str) -> None:
        """Raise ValueError when the description contradicts itself."""
        if self.always is not None and (self.name or self.values):
            raise ValueError(f"`columns.{column}`: `always` goes alone, without a name")
        if self.decimals is not None and not 0 <= self.decimals <= 6:
            raise ValueError(f"`columns.{column}.decimals` is a number from 0 to 6")
        if self.format and _read_back(self.format) is None:
            raise ValueError(
                f"`columns.{column}.format` does not write a date that can be read "
                'back; write one such as "%d/%m/%Y" or "%Y%m"'
            )


def _read_back(format: str) -> datetime | None:
    try:
        return datetime.strptime(datetime(2026, 1, 31).strftime(format), format)
    except ValueError:
        return None

"""Who takes what comes due, by kind of subject.

A taker writes in the transaction that marks the row, so that both are stored
or neither. What nobody takes is handed over all the same: it is read from the
table, as `miroir schedule due` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from miroir.store.database import Tables
from miroir.types.schedule import Due


class Taker(Protocol):
    """Does something short with a row, in the database only."""

    def __call__(self, tables: Tables, due: Due, at: datetime) -> None: ...


TAKERS: Mapping[str, Taker] = {}

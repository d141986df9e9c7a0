"""Who takes what comes due, by kind of subject.

A taker writes in the transaction that marks the row, so that both are stored
or neither. What nobody takes is handed over all the same: it is read from the
table, as `miroir schedule due` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from miroir.dossier.model import EventKind
from miroir.operations.dossiers.desk import ROBOT
from miroir.store.database import Tables
from miroir.store.schedule.reminders import DOSSIER
from miroir.synthesis.french import typographic
from miroir.types.schedule import Due


class Taker(Protocol):
    """Does something short with a row, in the database only."""

    def __call__(self, tables: Tables, due: Due, at: datetime) -> None: ...


def remind(tables: Tables, due: Due, at: datetime) -> None:
    """Say in the thread of a dossier that one of its reminders is due."""
    dossier = int(due.subject.id)
    text = typographic(f"Rappel échu : {due.label}")
    tables.cases.lock(dossier)
    tables.cases.say(dossier, at, ROBOT, EventKind.REMINDER, text)


TAKERS: Mapping[str, Taker] = {DOSSIER: remind}

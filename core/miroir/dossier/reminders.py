"""What the work asks to be reminded of; a scheduler answers for the moment.

A reminder is known by its occurrence key: asking twice asks once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Purpose(StrEnum):
    """Why an adviser is to be reminded; it may lose its object."""

    APPOINTMENT = "appointment"
    COMMITMENT = "commitment"
    CAMPAIGN_STEP = "campaign_step"
    ANSWER = "answer"


PURPOSES = {
    Purpose.APPOINTMENT: "rappeler l’entreprise",
    Purpose.COMMITMENT: "vérifier l’engagement",
    Purpose.CAMPAIGN_STEP: "étape de campagne",
    Purpose.ANSWER: "répondre au client",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One due moment of a dossier. `text` is French, for the adviser."""

    occurrence_key: str
    due_at: datetime
    dossier: int
    purpose: Purpose
    text: str


class Reminders(Protocol):
    """Where reminders are kept; every call belongs to the caller's transaction."""

    def ask(self, reminder: Reminder) -> bool:
        """Keep a reminder; false when its key is known already."""

    def cancel(self, dossier: int, why: str, keys: tuple[str, ...] = ()) -> int:
        """Cancel those still to come, or only `keys`; gives how many."""

    def done(self, occurrence_key: str) -> bool:
        """What was asked was done; false when it was done or cancelled before."""

    def to_come(
        self, dossiers: Sequence[int] | None = None, until: datetime | None = None
    ) -> tuple[Reminder, ...]:
        """Those neither done nor cancelled, the first due first."""


def commitment_key(commitment: int, due_on: date) -> str:
    """An adapted date is another occurrence."""
    return f"commitment|{commitment}|{due_on.isoformat()}"


def appointment_key(dossier: int, at: datetime) -> str:
    return f"appointment|{dossier}|{at.isoformat()}"


def step_key(campaign: str, step: str, dossier: int) -> str:
    """Their names come from files, of any length: the key holds a digest."""
    names = hashlib.sha256(f"{campaign}\0{step}".encode()).hexdigest()
    return f"campaign|{names[:16]}|{dossier}"


def answer_key(question: int) -> str:
    return f"answer|{question}"

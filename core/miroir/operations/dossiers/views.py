"""A whole dossier as it is read: one consistent view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from miroir.dossier.mandate import Interlocutor
from miroir.dossier.memory import LegitimateGap
from miroir.dossier.model import (
    CallRecord,
    Commitment,
    Dossier,
    Event,
    Hypothesis,
    Question,
    Signal,
    TrackedGap,
)
from miroir.dossier.reminders import Reminder
from miroir.operations.dossiers.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    """Everything of one dossier at a moment."""

    dossier: Dossier
    signals: tuple[Signal, ...]
    gaps: tuple[TrackedGap, ...]
    hypotheses: tuple[Hypothesis, ...]
    questions: tuple[Question, ...]
    commitments: tuple[Commitment, ...]
    memories: tuple[LegitimateGap, ...]
    interlocutors: tuple[Interlocutor, ...]
    calls: tuple[CallRecord, ...]
    reminders: tuple[Reminder, ...]
    thread: tuple[Event, ...]
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def view_of(desk: Desk, siren: str) -> DossierView:
    """The dossier of a company; raises NothingFound."""
    tables = desk.tables
    dossier = tables.cases.get(siren)
    return DossierView(
        dossier=dossier,
        signals=tables.cases.signals_of(dossier.id),
        gaps=tables.cases.gaps_of(dossier.id),
        hypotheses=tables.promises.hypotheses_of(dossier.id),
        questions=tables.promises.questions_of(dossier.id),
        commitments=tables.promises.commitments_of(dossier.id),
        memories=tables.memories.legitimate(siren),
        interlocutors=tables.memories.interlocutors(dossier.id),
        calls=tables.memories.calls_of(dossier.id),
        reminders=tables.reminders.to_come([dossier.id]),
        thread=tables.cases.thread(dossier.id),
        now=desk.now,
        zone=desk.rules.zone,
    )

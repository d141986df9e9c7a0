"""The tables of dossiers: one dossier for each company, and what hangs on it.

A change here needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from miroir.dossier.mandate import Mandate, Role
from miroir.dossier.memory import MemoryScope
from miroir.dossier.model import Channel, EventKind, GapKind
from miroir.dossier.reminders import Purpose
from miroir.dossier.states import (
    CommitmentState,
    GapState,
    HypothesisState,
    Outcome,
    QuestionState,
    State,
)
from miroir.store.columns import MonthText, SafeJson, SafeText, UtcDateTime
from miroir.store.dossiers.columns import Names, Word, among
from miroir.store.tables import metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _ROW_ID, primary_key=True)


def _dossier(*, part_of_key: bool = False) -> Column[int]:
    return Column(
        "dossier_id",
        _ROW_ID,
        ForeignKey("dossier.id", ondelete="CASCADE"),
        primary_key=part_of_key,
        autoincrement=False,
        nullable=False,
    )


def _gap() -> tuple[Column[Any], ...]:
    """What a gap is about, as part of a key."""
    return (
        Column("kind", Word(GapKind), primary_key=True),
        Column("siret", String, primary_key=True),
        Column("subject", String, primary_key=True),
        Column("period", MonthText, primary_key=True),
    )


campaign = Table(
    "campaign",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("exercice", Integer),
    Column("selection", SafeText, nullable=False),
    Column("opens_on", Date),
    Column("closes_on", Date),
    Column("steps", SafeJson, nullable=False),
)

dossier = Table(
    "dossier",
    metadata,
    _id(),
    Column("siren", String, nullable=False, unique=True),
    Column("state", Word(State), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("outcome", Word(Outcome)),
    Column("adviser", SafeText, nullable=False),
    Column("claimed_by", SafeText, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("handled_by", String, nullable=False),
    Column("handled_until", Date),
    Column("due_day", Integer, nullable=False),
    Column("territory", String, nullable=False),
    Column("news", BigInteger, nullable=False),
    Column("followed", BigInteger, nullable=False),
    among("state", State),
    among("outcome", Outcome),
    CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
    CheckConstraint("length(siren) = 9", name="siren"),
    CheckConstraint("due_day IN (0, 5, 15)", name="due_day"),
    CheckConstraint("followed <= news", name="followed"),
    Index(None, "state", "changed_at"),
    Index(None, "adviser", "state"),
)

dossier_signal = Table(
    "dossier_signal",
    metadata,
    Column("key", SafeText, primary_key=True),
    _dossier(),
    Column("channel", Word(Channel), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("siren", String, nullable=False),
    Column("campaign", SafeText, nullable=False),
    Column("siret", String, nullable=False),
    Column("period", MonthText),
    Column("declared", BigInteger),
    Column("calculated", BigInteger),
    Column("adviser", SafeText, nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("reference", SafeText, nullable=False),
    Column("memory", Boolean, nullable=False),
    among("channel", Channel),
    Index(None, "dossier_id", "at"),
    Index(None, "campaign"),
)

dossier_event = Table(
    "dossier_event",
    metadata,
    _dossier(part_of_key=True),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", SafeText, nullable=False),
    Column("kind", Word(EventKind), nullable=False),
    Column("text", SafeText, nullable=False),
    among("kind", EventKind),
    CheckConstraint("rank >= 1", name="rank"),
)

dossier_gap = Table(
    "dossier_gap",
    metadata,
    _dossier(part_of_key=True),
    *_gap(),
    Column("first", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("state", Word(GapState), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("corrected_on", Date),
    among("kind", GapKind),
    among("state", GapState),
    CheckConstraint("(state = 'corrected') = (amount = 0)", name="amount"),
    Index(None, "dossier_id", "state"),
)

hypothesis = Table(
    "hypothesis",
    metadata,
    _dossier(part_of_key=True),
    Column("cause", String, primary_key=True),
    Column("label", SafeText, nullable=False),
    Column("state", Word(HypothesisState), nullable=False),
    Column("origin", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("decided_by", SafeText, nullable=False),
    Column("decided_at", UtcDateTime),
    among("state", HypothesisState),
    Index(None, "cause"),
)

question = Table(
    "question",
    metadata,
    _id(),
    _dossier(),
    Column("text", SafeText, nullable=False),
    Column("from_client", Boolean, nullable=False),
    Column("state", Word(QuestionState), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", SafeText, nullable=False),
    Column("cause", String, nullable=False),
    Column("answer", SafeText, nullable=False),
    among("state", QuestionState),
    Index(None, "dossier_id", "state"),
)

commitment = Table(
    "commitment",
    metadata,
    _id(),
    _dossier(),
    Column("what", SafeText, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("first_due_on", Date, nullable=False),
    Column("state", Word(CommitmentState), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", SafeText, nullable=False),
    Column("with_whom", SafeText, nullable=False),
    Column("measured_at", UtcDateTime),
    among("state", CommitmentState),
    Index(None, "dossier_id", "state"),
    Index(None, "due_on"),
)

commitment_gap = Table(
    "commitment_gap",
    metadata,
    Column(
        "commitment_id",
        _ROW_ID,
        ForeignKey("commitment.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    *_gap(),
)

legitimate_gap = Table(
    "legitimate_gap",
    metadata,
    _id(),
    Column("siren", String, nullable=False),
    Column("scope", Word(MemoryScope), nullable=False),
    Column("kind", Word(GapKind), nullable=False),
    Column("siret", String, nullable=False),
    Column("subjects", Names, nullable=False),
    Column("since", MonthText, nullable=False),
    Column("until", MonthText),
    Column("cause", String, nullable=False),
    Column("justification", SafeText, nullable=False),
    Column("decided_by", SafeText, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("most", BigInteger),
    Column("withdrawn_on", Date),
    among("scope", MemoryScope),
    among("kind", GapKind),
    CheckConstraint("expires_on > decided_on", name="expires_on"),
    Index(None, "siren"),
)

interlocutor = Table(
    "interlocutor",
    metadata,
    _dossier(part_of_key=True),
    Column("name", SafeText, primary_key=True),
    Column("role", Word(Role), nullable=False),
    Column("contact", SafeText, nullable=False),
    Column("mandate", Word(Mandate), nullable=False),
    Column("checked_on", Date),
    Column("expires_on", Date),
    Column("how", SafeText, nullable=False),
    among("role", Role),
    among("mandate", Mandate),
)

dossier_call = Table(
    "dossier_call",
    metadata,
    _id(),
    _dossier(),
    Column("at", UtcDateTime, nullable=False),
    Column("by", SafeText, nullable=False),
    Column("incoming", Boolean, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("interlocutor", SafeText, nullable=False),
    Column("answers", SafeJson, nullable=False),
    Index(None, "dossier_id", "at"),
)

dossier_reminder = Table(
    "dossier_reminder",
    metadata,
    Column("occurrence_key", SafeText, primary_key=True),
    _dossier(),
    Column("due_at", UtcDateTime, nullable=False),
    Column("purpose", Word(Purpose), nullable=False),
    Column("text", SafeText, nullable=False),
    Column("state", String, nullable=False),
    Column("why", SafeText, nullable=False),
    among("purpose", Purpose),
    CheckConstraint("state IN ('asked', 'done', 'cancelled')", name="state"),
    Index(None, "dossier_id", "state"),
    Index(None, "state", "due_at"),
)

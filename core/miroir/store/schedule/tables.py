"""The tables of the schedule. Instants are UTC."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Time,
)

from miroir.store.columns import SafeJson, SafeText, UtcDateTime
from miroir.store.tables import _ROW_ID, metadata

lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", SafeText, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime),
    CheckConstraint("fence >= 1", name="fence"),
)

due = Table(
    "due",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Time, nullable=False),
    Column("zone", String, nullable=False),
    Column("subject_kind", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("label", SafeText, nullable=False),
    Column("payload", SafeJson, nullable=False),
    Column("state", String, nullable=False),
    Column("ready_at", UtcDateTime, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("fence", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("reason", SafeText, nullable=False),
    CheckConstraint(
        "state IN ('pending', 'handed_over', 'cancelled', 'parked')", name="state"
    ),
    CheckConstraint("(state = 'pending') = (ended_at IS NULL)", name="ended"),
    Index(None, "state", "ready_at"),
    Index(None, "subject_kind", "subject_id"),
)

job_state = Table(
    "job_state",
    metadata,
    Column("name", String, primary_key=True),
    Column("occurrence", String, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("outcome", SafeText, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retry_at", UtcDateTime),
    CheckConstraint("state IN ('idle', 'running', 'done', 'failed')", name="state"),
)

source_watch = Table(
    "source_watch",
    metadata,
    Column("source", String, primary_key=True),
    Column("size", BigInteger),
    Column("measured_at", UtcDateTime),
    Column("held_size", BigInteger),
    Column("held_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    Column("released_by", SafeText, nullable=False),
    CheckConstraint("(held_size IS NULL) = (held_at IS NULL)", name="held"),
)

company_input = Table(
    "company_input",
    metadata,
    Column("siren", String, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    Column("diagnosed", BigInteger, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("retry_at", UtcDateTime),
    Column("error", SafeText, nullable=False),
    CheckConstraint("diagnosed <= changes", name="diagnosed"),
)

anchor = Table(
    "anchor",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column(
        "last_run",
        _ROW_ID,
        ForeignKey("analysis_run.id"),
        nullable=False,
        unique=True,
    ),
    Column("runs", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    CheckConstraint("length(digest) = 64", name="digest"),
)

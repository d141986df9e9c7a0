"""The tables of the outbox. Instants are UTC."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from miroir.store.columns import SafeText, UtcDateTime
from miroir.store.tables import _ROW_ID, metadata

_ONE_PER_DOSSIER = text("status IN ('in_flight', 'unknown')")

outbox = Table(
    "outbox",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("siren", String, nullable=False),
    Column("dossier", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("status", String, nullable=False),
    Column("doubt", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_owner", SafeText, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("first_sent_at", UtcDateTime),
    Column("destination", String, nullable=False),
    Column("receipt", LargeBinary),
    Column("code", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("proposed", String, nullable=False),
    Column("proposed_by", SafeText, nullable=False),
    Column("decided_by", SafeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint(
        "status IN ('pending', 'in_flight', 'unknown', 'confirmed', 'refused', "
        "'needs_person', 'dead', 'cancelled')",
        name="status",
    ),
    CheckConstraint("(status = 'in_flight') = (lease_until IS NOT NULL)", name="lease"),
    CheckConstraint(
        "(status IN ('confirmed', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"
    ),
    CheckConstraint("length(key) = 64", name="key"),
    # Who says what became of a lost action is never alone to say it.
    CheckConstraint("decided_by = '' OR decided_by <> proposed_by", name="two_persons"),
    Index(None, "kind", "status", "not_before"),
    Index(None, "dossier", "id"),
    # Whatever two workers see at the same moment, one action of a dossier goes out.
    Index(
        "uq_outbox_dossier_under_way",
        "dossier",
        unique=True,
        sqlite_where=_ONE_PER_DOSSIER,
        postgresql_where=_ONE_PER_DOSSIER,
    ),
)

outbox_needs = Table(
    "outbox_needs",
    metadata,
    Column("outbox_id", _ROW_ID, ForeignKey("outbox.id"), primary_key=True),
    Column("needs_id", _ROW_ID, ForeignKey("outbox.id"), primary_key=True),
    CheckConstraint("needs_id < outbox_id", name="earlier"),
    Index(None, "needs_id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("outbox_id", _ROW_ID, ForeignKey("outbox.id"), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("step", String, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("owner", SafeText, nullable=False),
    Column("outcome", String, nullable=False),
    Column("code", SafeText, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    CheckConstraint("step IN ('send', 'find')", name="step"),
    # An attempt starts once, and ends once.
    UniqueConstraint("outbox_id", "fence", "ended"),
    info={"append_only": True},  # what the application may do: see `miroir.store.roles`
)

breaker = Table(
    "breaker",
    metadata,
    Column("destination", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("recent", String(20), nullable=False),
    Column("opened_at", UtcDateTime),
    Column("probe_at", UtcDateTime),
    CheckConstraint("state IN ('closed', 'open')", name="state"),
    CheckConstraint("(state = 'open') = (probe_at IS NOT NULL)", name="open"),
)

rate_bucket = Table(
    "rate_bucket",
    metadata,
    Column("destination", String, primary_key=True),
    Column("thousandths", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

outbox_hold = Table(
    "outbox_hold",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Column("held_by", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    CheckConstraint("id = 1", name="one"),
)
"""While its one row is there, nothing is sent: the store was restored."""

delivery_verdict = Table(
    "delivery_verdict",
    metadata,
    Column("destination", String, primary_key=True),
    Column("connector", String, nullable=False),
    Column("declared", String(1), nullable=False),
    Column("delivery", String(1), nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("recorded_by", SafeText, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    CheckConstraint("declared IN ('A', 'B', 'C', 'D')", name="declared"),
    CheckConstraint("delivery IN (declared, 'D')", name="delivery"),
)
"""What the trials of a destination came to: the class that it is acted upon by."""

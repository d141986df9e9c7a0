"""Tables of plans and of their approvals. Instants are UTC.

`seal`: what only the keys of this installation make of a row, so that one
written by SQL alone is known.
Migration 0009 adds the triggers that hold against any SQL: see there.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from miroir.adhesion.confirming import Confirmation
from miroir.adhesion.plan import PlanState
from miroir.store.columns import SafeText, UtcDateTime
from miroir.store.dossiers.columns import Word, among
from miroir.store.tables import metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")
_ONE_OPEN = text("state IN ('proposed', 'approved')")

adhesion_plan = Table(
    "adhesion_plan",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("siren", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("plan_hash", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Column("destination", String, nullable=False),
    Column("remote_version", String, nullable=False),
    Column("rules_version", String, nullable=False),
    Column("proposer", String(64), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("undoes", String(64), ForeignKey("adhesion_plan.plan_hash")),
    Column("state", Word(PlanState), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("why", SafeText, nullable=False),
    Column("seal", String(64), nullable=False, server_default=""),
    among("state", PlanState),
    CheckConstraint("length(siren) = 9", name="siren"),
    CheckConstraint("length(plan_hash) = 64", name="plan_hash"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("expires_at > proposed_at", name="expires_at"),
    CheckConstraint(
        "(state IN ('proposed', 'approved')) = (ended_at IS NULL)", name="ended_at"
    ),
    UniqueConstraint("plan_hash"),
    UniqueConstraint("siren", "number"),
    UniqueConstraint("id", "plan_hash", "proposer"),
    Index(
        "uq_adhesion_plan_siren_open",
        "siren",
        unique=True,
        sqlite_where=_ONE_OPEN,
        postgresql_where=_ONE_OPEN,
    ),
    Index(None, "state"),
    info={"updates": ("state", "ended_at", "why")},
)

adhesion_approval = Table(
    "adhesion_approval",
    metadata,
    Column("plan_id", _ROW_ID, primary_key=True, autoincrement=False),
    Column("plan_hash", String(64), nullable=False),
    Column("proposer", String(64), nullable=False),
    Column("approver", String(64), nullable=False),
    Column("decision", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("confirmation", Word(Confirmation), nullable=False, server_default="none"),
    Column("seal", String(64), nullable=False, server_default=""),
    among("confirmation", Confirmation),
    CheckConstraint("approver <> proposer", name="two_persons"),
    CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
    ForeignKeyConstraint(
        ["plan_id", "plan_hash", "proposer"],
        ["adhesion_plan.id", "adhesion_plan.plan_hash", "adhesion_plan.proposer"],
    ),
    info={"append_only": True},
)

"""The outbox: actions, what each needs, attempts, breakers, rates, the hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_ONE_PER_DOSSIER = sa.text("status IN ('in_flight', 'unknown')")


def upgrade() -> None:
    _outbox()
    _needs()
    _attempt()
    _gates()
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRESQL if on_postgresql else _SQLITE:
        op.execute(statement)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("dossier", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("first_sent_at", _INSTANT),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("receipt", sa.LargeBinary()),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "status IN ('pending', 'in_flight', 'unknown', 'confirmed', 'refused', "
            "'needs_person', 'dead', 'cancelled')",
            name="status",
        ),
        sa.CheckConstraint(
            "(status = 'in_flight') = (lease_until IS NOT NULL)", name="lease"
        ),
        sa.CheckConstraint(
            "(status IN ('confirmed', 'cancelled')) = (ended_at IS NOT NULL)",
            name="ended",
        ),
        sa.CheckConstraint("length(key) = 64", name="key"),
        sa.CheckConstraint(
            "decided_by = '' OR decided_by <> proposed_by", name="two_persons"
        ),
    )
    op.create_index(
        "ix_outbox_kind_status_not_before", "outbox", ["kind", "status", "not_before"]
    )
    op.create_index("ix_outbox_dossier_id", "outbox", ["dossier", "id"])
    op.create_index(
        "uq_outbox_dossier_under_way",
        "outbox",
        ["dossier"],
        unique=True,
        sqlite_where=_ONE_PER_DOSSIER,
        postgresql_where=_ONE_PER_DOSSIER,
    )


def _needs() -> None:
    row = sa.ForeignKey("outbox.id")
    needed = sa.ForeignKey("outbox.id")
    op.create_table(
        "outbox_needs",
        sa.Column("outbox_id", _ROW_ID, row, primary_key=True),
        sa.Column("needs_id", _ROW_ID, needed, primary_key=True),
        sa.CheckConstraint("needs_id < outbox_id", name="earlier"),
    )
    op.create_index("ix_outbox_needs_needs_id", "outbox_needs", ["needs_id"])


def _attempt() -> None:
    row = sa.ForeignKey("outbox.id")
    op.create_table(
        "attempt",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("outbox_id", _ROW_ID, row, nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("step IN ('send', 'find')", name="step"),
        sa.UniqueConstraint("outbox_id", "fence", "ended"),
    )


def _gates() -> None:
    op.create_table(
        "breaker",
        sa.Column("destination", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("recent", sa.String(20), nullable=False),
        sa.Column("opened_at", _INSTANT),
        sa.Column("probe_at", _INSTANT),
        sa.CheckConstraint("state IN ('closed', 'open')", name="state"),
        sa.CheckConstraint("(state = 'open') = (probe_at IS NOT NULL)", name="open"),
    )
    op.create_table(
        "rate_bucket",
        sa.Column("destination", sa.String(), primary_key=True),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
    )
    op.create_table(
        "outbox_hold",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )


# What was attempted is never rewritten.
_SQLITE = [
    f"CREATE TRIGGER attempt_no_{verb.lower()} BEFORE {verb} ON attempt"
    " BEGIN SELECT RAISE(ABORT, 'attempt is append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    (
        "CREATE FUNCTION attempt_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'attempt is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER attempt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON attempt EXECUTE FUNCTION attempt_append_only()"
    ),
]

"""The schedule: lease, what is due, jobs, sources watched, companies to redo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _lease()
    _due()
    _job_state()
    _source_watch()
    _company_input()
    _anchor()


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("beat_at", _INSTANT),
        sa.CheckConstraint("fence >= 1", name="fence"),
    )


def _due() -> None:
    op.create_table(
        "due",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ready_at", _INSTANT, nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("fence", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "state IN ('pending', 'handed_over', 'cancelled', 'parked')", name="state"
        ),
        sa.CheckConstraint("(state = 'pending') = (ended_at IS NULL)", name="ended"),
    )
    op.create_index("ix_due_state_ready_at", "due", ["state", "ready_at"])
    op.create_index(
        "ix_due_subject_kind_subject_id", "due", ["subject_kind", "subject_id"]
    )


def _job_state() -> None:
    op.create_table(
        "job_state",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", _INSTANT),
        sa.Column("finished_at", _INSTANT),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", _INSTANT),
        sa.CheckConstraint(
            "state IN ('idle', 'running', 'done', 'failed')", name="state"
        ),
    )


def _source_watch() -> None:
    op.create_table(
        "source_watch",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("size", sa.BigInteger()),
        sa.Column("measured_at", _INSTANT),
        sa.Column("held_size", sa.BigInteger()),
        sa.Column("held_at", _INSTANT),
        sa.Column("released_at", _INSTANT),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.CheckConstraint("(held_size IS NULL) = (held_at IS NULL)", name="held"),
    )


def _company_input() -> None:
    op.create_table(
        "company_input",
        sa.Column("siren", sa.String(), primary_key=True),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("diagnosed", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", _INSTANT),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("diagnosed <= changes", name="diagnosed"),
    )
    # What was declared before is diagnosed once more: nobody counted it.
    op.execute(
        "INSERT INTO company_input"
        " (siren, changes, diagnosed, changed_at, failures, error)"
        " SELECT siren, 1, 0, min(received_at), 0, ''"
        " FROM declaration JOIN received_file USING (sha256) GROUP BY siren"
    )


def _anchor() -> None:
    op.create_table(
        "anchor",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column(
            "last_run", _ROW_ID, sa.ForeignKey("analysis_run.id"), nullable=False
        ),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.UniqueConstraint("last_run"),
        sa.CheckConstraint("length(digest) = 64", name="digest"),
    )

"""Files as received, what was refused of them, where each source stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    _received_file()
    _refusal()
    _source_state()


def _received_file() -> None:
    op.create_table(
        "received_file",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('received', 'read', 'refused')", name="state"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("bytes >= 0", name="bytes"),
    )
    op.create_index(
        "ix_received_file_state_received_at",
        "received_file",
        ["state", "received_at"],
    )


def _refusal() -> None:
    op.create_table(
        "refusal",
        sa.Column(
            "sha256",
            sa.String(),
            sa.ForeignKey("received_file.sha256", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.CheckConstraint("line >= 0", name="line"),
    )


def _source_state() -> None:
    op.create_table(
        "source_state",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("cursor", sa.Text()),
        sa.Column("last_success_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("files_seen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("files_seen >= 0", name="files_seen"),
    )

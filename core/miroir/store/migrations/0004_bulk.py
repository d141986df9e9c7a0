"""Months worked in bulk: what is published of each, and its gaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "bulk_batch",
        sa.Column("period", sa.String(), primary_key=True),
        sa.Column("manifest", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("employees", sa.BigInteger(), nullable=False),
        sa.Column("gaps", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(manifest) = 64", name="manifest"),
        sa.CheckConstraint("length(inputs) = 64", name="inputs"),
    )
    _bulk_gap()


def _bulk_gap() -> None:
    amounts = [
        f"{side}_{code}"
        for side in ("declared", "due")
        for code in ("131", "132", "106")
    ]
    op.create_table(
        "bulk_gap",
        sa.Column(
            "batch",
            sa.String(),
            sa.ForeignKey("bulk_batch.period", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("siret", sa.String(), primary_key=True),
        sa.Column("pseudonym", sa.String(), primary_key=True),
        sa.Column("contract", sa.String(), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in amounts),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.CheckConstraint(
            "amount = declared_131 + declared_132 + declared_106"
            " - due_131 - due_132 - due_106",
            name="amount",
        ),
    )
    op.create_index("ix_bulk_gap_siret_period", "bulk_gap", ["siret", "period"])

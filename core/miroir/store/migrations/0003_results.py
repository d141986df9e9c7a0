"""Employees under pseudonyms, and the results of each analysis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _employees()
    _analysis_run()
    _gap()
    _payment_gap()
    _diagnosis()


def _employees() -> None:
    op.create_table(
        "store_key",
        sa.Column("purpose", sa.String(), primary_key=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.CheckConstraint("purpose IN ('pseudonym')", name="purpose"),
    )
    op.create_table(
        "employee",
        sa.Column("pseudonym", sa.String(), primary_key=True),
        sa.Column("lookup", sa.String(), nullable=False, unique=True),
        sa.Column("nir_ct", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
    )


def _analysis_run() -> None:
    op.create_table(
        "analysis_run",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
        ),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("inputs_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
    )
    op.create_index("ix_analysis_run_siren_id", "analysis_run", ["siren", "id"])


def _gap() -> None:
    amounts = [
        f"{side}_{code}"
        for side in ("declared", "due")
        for code in ("131", "132", "106")
    ]
    op.create_table(
        "gap",
        _run(),
        sa.Column("siret", sa.String(), primary_key=True),
        sa.Column(
            "pseudonym",
            sa.String(),
            sa.ForeignKey("employee.pseudonym"),
            primary_key=True,
        ),
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
    op.create_index("ix_gap_pseudonym", "gap", ["pseudonym"])


def _payment_gap() -> None:
    op.create_table(
        "payment_gap",
        _run(),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("declared", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
    )


def _diagnosis() -> None:
    op.create_table(
        "diagnosis",
        _run(),
        sa.Column("rank", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("explained", sa.String()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.CheckConstraint("rank >= 1", name="rank"),
    )
    op.create_index("ix_diagnosis_cause", "diagnosis", ["cause"])


def _run() -> sa.Column[int]:
    return sa.Column(
        "run_id",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        sa.ForeignKey("analysis_run.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )

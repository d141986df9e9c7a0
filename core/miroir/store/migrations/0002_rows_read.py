"""What files hold: declarations, adhesion conditions, campaign lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _declaration()
    _adhesion_condition()
    _campaign_line()


def _declaration() -> None:
    op.create_table(
        "declaration",
        _file(primary_key=True),
        sa.Column("position", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("fraction", sa.String(), nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("norm", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('current', 'superseded', 'duplicate', 'rejected')",
            name="status",
        ),
    )
    op.create_index("ix_declaration_siren", "declaration", ["siren"])
    op.create_index("ix_declaration_siret_period", "declaration", ["siret", "period"])


def _adhesion_condition() -> None:
    op.create_table(
        "adhesion_condition",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
        ),
        _file(primary_key=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("rate_t1", sa.String(), nullable=False),
        sa.Column("rate_t2", sa.String(), nullable=False),
        sa.Column("employer_share", sa.String(), nullable=False),
        sa.Column("idcc", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("periodicity", sa.Text(), nullable=False),
        sa.Column("headcount", sa.String()),
        sa.CheckConstraint("headcount IN ('moins_50', '50_et_plus')", name="headcount"),
    )
    op.create_index(
        "ix_adhesion_condition_siren_source",
        "adhesion_condition",
        ["siren", "source"],
    )
    op.create_index("ix_adhesion_condition_sha256", "adhesion_condition", ["sha256"])


def _campaign_line() -> None:
    op.create_table(
        "campaign_line",
        _file(primary_key=True),
        sa.Column("line", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("period", sa.String()),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("declared", sa.BigInteger()),
        sa.Column("calculated", sa.BigInteger()),
        sa.Column("row", sa.JSON(), nullable=False),
    )
    op.create_index("ix_campaign_line_siren", "campaign_line", ["siren"])


def _file(*, primary_key: bool) -> sa.Column[str]:
    return sa.Column(
        "sha256",
        sa.String(),
        sa.ForeignKey("received_file.sha256", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )

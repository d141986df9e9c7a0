"""What the trials of each destination came to: the class that it is acted upon by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "delivery_verdict",
        sa.Column("destination", sa.String(), primary_key=True),
        sa.Column("connector", sa.String(), nullable=False),
        sa.Column("declared", sa.String(1), nullable=False),
        sa.Column("delivery", sa.String(1), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("declared IN ('A', 'B', 'C', 'D')", name="declared"),
        sa.CheckConstraint("delivery IN (declared, 'D')", name="delivery"),
    )

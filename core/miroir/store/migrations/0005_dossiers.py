"""Dossiers: one for each company, its signals, its thread, its promises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _campaign()
    _dossier()
    _signal()
    _thread()
    _gaps()
    _hypotheses()
    _commitments()
    _memory()
    _calls()
    _reminders()


def _campaign() -> None:
    op.create_table(
        "campaign",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("exercice", sa.Integer()),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date()),
        sa.Column("closes_on", sa.Date()),
        sa.Column("steps", sa.JSON(), nullable=False),
    )


def _dossier() -> None:
    op.create_table(
        "dossier",
        _id(),
        sa.Column("siren", sa.String(), nullable=False, unique=True),
        sa.Column("state", sa.String(), nullable=False),
        _instant("opened_at"),
        _instant("changed_at"),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String()),
        _text("adviser"),
        _text("claimed_by"),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("handled_until", sa.Date()),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("news", sa.BigInteger(), nullable=False),
        sa.Column("followed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'analysis', 'to_call', 'waiting', 'committed',"
            " 'handed_over', 'suspended', 'closed')",
            name="state",
        ),
        sa.CheckConstraint(
            "outcome IN ('corrected', 'legitimate', 'no_gap', 'referred',"
            " 'unresolved')",
            name="outcome",
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"
        ),
        sa.CheckConstraint("length(siren) = 9", name="siren"),
        sa.CheckConstraint("due_day IN (0, 5, 15)", name="due_day"),
        sa.CheckConstraint("followed <= news", name="followed"),
    )
    op.create_index("ix_dossier_state_changed_at", "dossier", ["state", "changed_at"])
    op.create_index("ix_dossier_adviser_state", "dossier", ["adviser", "state"])


def _signal() -> None:
    op.create_table(
        "dossier_signal",
        sa.Column("key", sa.Text(), primary_key=True),
        _of_dossier(),
        sa.Column("channel", sa.String(), nullable=False),
        _instant("at"),
        sa.Column("siren", sa.String(), nullable=False),
        _text("campaign"),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("period", sa.String()),
        sa.Column("declared", sa.BigInteger()),
        sa.Column("calculated", sa.BigInteger()),
        _text("adviser"),
        _text("subject"),
        _text("reference"),
        sa.Column("memory", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('campaign', 'basket', 'call', 'callback', 'mail', 'adviser')",
            name="channel",
        ),
    )
    op.create_index(
        "ix_dossier_signal_dossier_id_at", "dossier_signal", ["dossier_id", "at"]
    )
    op.create_index("ix_dossier_signal_campaign", "dossier_signal", ["campaign"])


def _thread() -> None:
    op.create_table(
        "dossier_event",
        _of_dossier(part_of_key=True),
        sa.Column("rank", sa.Integer(), primary_key=True, autoincrement=False),
        _instant("at"),
        _text("actor"),
        sa.Column("kind", sa.String(), nullable=False),
        _text("text"),
        sa.CheckConstraint(
            "kind IN ('opened', 'signal', 'moved', 'assigned', 'claimed', 'note',"
            " 'call', 'hypothesis', 'question', 'commitment', 'analysis',"
            " 'reminder', 'memory')",
            name="kind",
        ),
        sa.CheckConstraint("rank >= 1", name="rank"),
    )


def _gaps() -> None:
    op.create_table(
        "dossier_gap",
        _of_dossier(part_of_key=True),
        *_gap(),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _instant("since"),
        _instant("changed_at"),
        sa.Column("corrected_on", sa.Date()),
        sa.CheckConstraint("kind IN ('employee', 'payment')", name="kind"),
        sa.CheckConstraint(
            "state IN ('open', 'corrected', 'legitimate')", name="state"
        ),
        sa.CheckConstraint("(state = 'corrected') = (amount = 0)", name="amount"),
    )
    op.create_index(
        "ix_dossier_gap_dossier_id_state", "dossier_gap", ["dossier_id", "state"]
    )


def _hypotheses() -> None:
    op.create_table(
        "hypothesis",
        _of_dossier(part_of_key=True),
        sa.Column("cause", sa.String(), primary_key=True),
        _text("label"),
        sa.Column("state", sa.String(), nullable=False),
        _text("origin"),
        _text("reason"),
        _text("decided_by"),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'refuted')", name="state"),
    )
    op.create_index("ix_hypothesis_cause", "hypothesis", ["cause"])
    op.create_table(
        "question",
        _id(),
        _of_dossier(),
        _text("text"),
        sa.Column("from_client", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _instant("asked_at"),
        _text("asked_by"),
        sa.Column("cause", sa.String(), nullable=False),
        _text("answer"),
        sa.CheckConstraint("state IN ('open', 'answered', 'withdrawn')", name="state"),
    )
    op.create_index("ix_question_dossier_id_state", "question", ["dossier_id", "state"])


def _commitments() -> None:
    op.create_table(
        "commitment",
        _id(),
        _of_dossier(),
        _text("what"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _instant("made_at"),
        _text("made_by"),
        _text("with_whom"),
        sa.Column("measured_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('promised', 'kept', 'partly', 'late', 'not_kept', 'cancelled')",
            name="state",
        ),
    )
    op.create_index(
        "ix_commitment_dossier_id_state", "commitment", ["dossier_id", "state"]
    )
    op.create_index("ix_commitment_due_on", "commitment", ["due_on"])
    op.create_table(
        "commitment_gap",
        sa.Column(
            "commitment_id",
            _row_id(),
            sa.ForeignKey("commitment.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        *_gap(),
    )


def _memory() -> None:
    op.create_table(
        "legitimate_gap",
        _id(),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("until", sa.String()),
        sa.Column("cause", sa.String(), nullable=False),
        _text("justification"),
        _text("decided_by"),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("most", sa.BigInteger()),
        sa.Column("withdrawn_on", sa.Date()),
        sa.CheckConstraint("scope IN ('employee', 'group', 'company')", name="scope"),
        sa.CheckConstraint("kind IN ('employee', 'payment')", name="kind"),
        sa.CheckConstraint("expires_on > decided_on", name="expires_on"),
    )
    op.create_index("ix_legitimate_gap_siren", "legitimate_gap", ["siren"])


def _calls() -> None:
    op.create_table(
        "interlocutor",
        _of_dossier(part_of_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
        _text("contact"),
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date()),
        sa.Column("expires_on", sa.Date()),
        _text("how"),
        sa.CheckConstraint("role IN ('company', 'accountant', 'other')", name="role"),
        sa.CheckConstraint(
            "mandate IN ('none', 'company', 'employees')", name="mandate"
        ),
    )
    op.create_table(
        "dossier_call",
        _id(),
        _of_dossier(),
        _instant("at"),
        _text("by"),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        _text("interlocutor"),
        sa.Column("answers", sa.JSON(), nullable=False),
    )
    op.create_index(
        "ix_dossier_call_dossier_id_at", "dossier_call", ["dossier_id", "at"]
    )


def _reminders() -> None:
    op.create_table(
        "dossier_reminder",
        sa.Column("occurrence_key", sa.Text(), primary_key=True),
        _of_dossier(),
        _instant("due_at"),
        sa.Column("purpose", sa.String(), nullable=False),
        _text("text"),
        sa.Column("state", sa.String(), nullable=False),
        _text("why"),
        sa.CheckConstraint(
            "purpose IN ('appointment', 'commitment', 'campaign_step', 'answer')",
            name="purpose",
        ),
        sa.CheckConstraint("state IN ('asked', 'done', 'cancelled')", name="state"),
    )
    for columns in (["dossier_id", "state"], ["state", "due_at"]):
        name = f"ix_dossier_reminder_{'_'.join(columns)}"
        op.create_index(name, "dossier_reminder", columns)


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _row_id(), primary_key=True)


def _of_dossier(*, part_of_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        "dossier_id",
        _row_id(),
        sa.ForeignKey("dossier.id", ondelete="CASCADE"),
        primary_key=part_of_key,
        autoincrement=False,
        nullable=False,
    )


def _gap() -> list[sa.Column[str]]:
    names = ("kind", "siret", "subject", "period")
    return [sa.Column(name, sa.String(), primary_key=True) for name in names]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)

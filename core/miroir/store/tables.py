"""The tables, grouped as the data goes. Amounts are cents, instants are UTC.

A change here needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from miroir.store.columns import DecimalText, MonthText, SafeJson, SafeText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only when the column is a plain INTEGER.
_ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def _file(*, part_of_key: bool = True) -> Column[str]:
    key = ForeignKey("received_file.sha256", ondelete="CASCADE")
    return Column("sha256", String, key, primary_key=part_of_key, nullable=False)


def _run() -> Column[int]:
    key = ForeignKey("analysis_run.id", ondelete="CASCADE")
    return Column("run_id", _ROW_ID, key, primary_key=True, autoincrement=False)


received_file = Table(
    "received_file",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("name", SafeText, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('received', 'read', 'refused')", name="state"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint("bytes >= 0", name="bytes"),
    Index(None, "state", "received_at"),
)

refusal = Table(
    "refusal",
    metadata,
    _file(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line", BigInteger, nullable=False),
    Column("code", String, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("remedy", SafeText, nullable=False),
    CheckConstraint("line >= 0", name="line"),
)

source_state = Table(
    "source_state",
    metadata,
    Column("source", String, primary_key=True),
    Column("cursor", SafeText),
    Column("last_success_at", UtcDateTime),
    Column("last_error", SafeText, nullable=False),
    Column("files_seen", BigInteger, nullable=False),
    CheckConstraint("files_seen >= 0", name="files_seen"),
)

declaration = Table(
    "declaration",
    metadata,
    _file(),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("siren", String, nullable=False),
    Column("siret", String, nullable=False),
    Column("period", MonthText, nullable=False),
    Column("fraction", String, nullable=False),
    Column("order", BigInteger, nullable=False),
    Column("nature", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("norm", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", SafeText, nullable=False),
    CheckConstraint(
        "status IN ('current', 'superseded', 'duplicate', 'rejected')", name="status"
    ),
    Index(None, "siren"),
    Index(None, "siret", "period"),
)

adhesion_condition = Table(
    "adhesion_condition",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    _file(part_of_key=False),
    Column("line", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("siren", String, nullable=False),
    Column("siret", String, nullable=False),
    Column("category", String, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("rate_t1", DecimalText, nullable=False),
    Column("rate_t2", DecimalText, nullable=False),
    Column("employer_share", DecimalText, nullable=False),
    Column("idcc", SafeText, nullable=False),
    Column("institution", SafeText, nullable=False),
    Column("periodicity", SafeText, nullable=False),
    Column("headcount", String),
    Column("guarantees", SafeJson, nullable=False, server_default="[]"),
    CheckConstraint("headcount IN ('moins_50', '50_et_plus')", name="headcount"),
    Index(None, "siren", "source"),
    Index(None, "sha256"),
)

campaign_line = Table(
    "campaign_line",
    metadata,
    _file(),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("siren", String, nullable=False),
    Column("siret", String, nullable=False),
    Column("period", MonthText),
    Column("campaign", SafeText, nullable=False),
    Column("declared", BigInteger),
    Column("calculated", BigInteger),
    Column("row", SafeJson, nullable=False),
    Index(None, "siren"),
)

store_key = Table(
    "store_key",
    metadata,
    Column("purpose", String, primary_key=True),
    Column("key_id", String, nullable=False),
    CheckConstraint("purpose IN ('pseudonym')", name="purpose"),
)

employee = Table(
    "employee",
    metadata,
    Column("pseudonym", String, primary_key=True),
    Column("lookup", String, nullable=False, unique=True),
    Column("nir_ct", LargeBinary, nullable=False),
    Column("key_id", String, nullable=False),
)

analysis_run = Table(
    "analysis_run",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("siren", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("trigger", SafeText, nullable=False),
    Column("version", String, nullable=False),
    Column("inputs_hash", String, nullable=False),
    Column("failures", SafeJson, nullable=False),
    Index(None, "siren", "id"),
)

gap = Table(
    "gap",
    metadata,
    _run(),
    Column("siret", String, primary_key=True),
    Column("pseudonym", String, ForeignKey("employee.pseudonym"), primary_key=True),
    Column("contract", String, primary_key=True),
    Column("period", MonthText, primary_key=True),
    *(
        Column(f"{side}_{code}", BigInteger, nullable=False)
        for side in ("declared", "due")
        for code in ("131", "132", "106")
    ),
    Column("amount", BigInteger, nullable=False),
    Column("basis", String, nullable=False),
    CheckConstraint(
        "amount = declared_131 + declared_132 + declared_106"
        " - due_131 - due_132 - due_106",
        name="amount",
    ),
    Index(None, "pseudonym"),
)

payment_gap = Table(
    "payment_gap",
    metadata,
    _run(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("siret", String, nullable=False),
    Column("institution", SafeText, nullable=False),
    Column("period", MonthText, nullable=False),
    Column("declared", BigInteger, nullable=False),
    Column("expected", BigInteger, nullable=False),
    Column("accepted", SafeText, nullable=False),
)

diagnosis = Table(
    "diagnosis",
    metadata,
    _run(),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("cause", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("status", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("explained", DecimalText),
    Column("detail", SafeText, nullable=False),
    Column("body", SafeJson, nullable=False),
    CheckConstraint("rank >= 1", name="rank"),
    Index(None, "cause"),
)

bulk_batch = Table(
    "bulk_batch",
    metadata,
    Column("period", MonthText, primary_key=True),
    Column("manifest", String, nullable=False),
    Column("inputs", String, nullable=False),
    Column("version", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("employees", BigInteger, nullable=False),
    Column("gaps", BigInteger, nullable=False),
    CheckConstraint("length(manifest) = 64", name="manifest"),
    CheckConstraint("length(inputs) = 64", name="inputs"),
)

bulk_gap = Table(
    "bulk_gap",
    metadata,
    Column(
        "batch",
        MonthText,
        ForeignKey("bulk_batch.period", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("siret", String, primary_key=True),
    Column("pseudonym", String, primary_key=True),
    Column("contract", String, primary_key=True),
    Column("period", MonthText, primary_key=True),
    *(
        Column(f"{side}_{code}", BigInteger, nullable=False)
        for side in ("declared", "due")
        for code in ("131", "132", "106")
    ),
    Column("amount", BigInteger, nullable=False),
    Column("basis", String, nullable=False),
    CheckConstraint(
        "amount = declared_131 + declared_132 + declared_106"
        " - due_131 - due_132 - due_106",
        name="amount",
    ),
    Index(None, "siret", "period"),
)

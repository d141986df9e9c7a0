"""The tables of the journal. Triggers of the migration refuse any change.

`info` says what the role of the application may do (`miroir.store.roles`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from miroir.store.columns import SafeText, UtcDateTime
from miroir.store.tables import metadata

APPEND_ONLY = {"append_only": True}

trace_line = Table(
    "trace_line",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", SafeText, nullable=False),
    Column("act", String, nullable=False),
    Column("siren", String, nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("outcome", SafeText, nullable=False),
    # Masked value by value before the digest is made.
    Column("facts", Text, nullable=False),
    Column("versions", Text, nullable=False),
    Column("person", String, nullable=False),
    Column("commitment", String, nullable=False),
    Column("kid", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("seal", String, nullable=False),
    CheckConstraint("seq >= 1", name="seq"),
    Index(None, "siren", "seq"),
    Index(None, "subject"),
    Index(None, "person"),
    info=APPEND_ONLY,
)

trace_head = Table(
    "trace_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("chain", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    Column("seal", String, nullable=False),
    CheckConstraint("id = 1", name="one"),
    info={"updates": ("seq", "digest", "seal")},
)

trace_detail = Table(
    "trace_detail",
    metadata,
    Column("commitment", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "person"),
    info=APPEND_ONLY,
)

trace_person = Table(
    "trace_person",
    metadata,
    Column("person", String, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("kid", String, nullable=False),
    Column("erased_at", UtcDateTime),
    CheckConstraint("(wrapped IS NULL) = (erased_at IS NOT NULL)", name="erased"),
    info={"updates": ("wrapped", "erased_at")},
)

trace_anchor = Table(
    "trace_anchor",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", String, nullable=False),
    Column("seal", String, nullable=False),
    Column("kid", String, nullable=False),
    Column("signature", String, nullable=False),
    info=APPEND_ONLY,
)

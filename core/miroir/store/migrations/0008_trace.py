"""The journal: lines, head, details of persons and their keys, signed heads.

Triggers refuse to change a line, by any program: on SQLite also a REPLACE,
which deletes without telling the triggers of deletion.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_INSTANT = sa.DateTime(timezone=True)
_START = "0" * 64
_APPEND_ONLY = {
    "trace_line": "seq",
    "trace_detail": "commitment",
    "trace_anchor": "seq",
}


def upgrade() -> None:
    _line()
    _head()
    _persons()
    _anchor()
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _postgresql() if on_postgresql else _sqlite():
        op.execute(statement)


def _line() -> None:
    names = ("person", "commitment", "kid", "digest", "seal")
    op.create_table(
        "trace_line",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in names),
        sa.CheckConstraint("seq >= 1", name="seq"),
    )
    op.create_index("ix_trace_line_siren_seq", "trace_line", ["siren", "seq"])
    op.create_index("ix_trace_line_subject", "trace_line", ["subject"])
    op.create_index("ix_trace_line_person", "trace_line", ["person"])


def _head() -> None:
    head = op.create_table(
        "trace_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="one"),
    )
    chain = secrets.token_hex(16)
    first = {"id": 1, "chain": chain, "seq": 0, "digest": _START, "seal": _START}
    op.execute(head.insert().values(first))


def _persons() -> None:
    op.create_table(
        "trace_detail",
        sa.Column("commitment", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_trace_detail_person", "trace_detail", ["person"])
    op.create_table(
        "trace_person",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("erased_at", _INSTANT),
        sa.CheckConstraint(
            "(wrapped IS NULL) = (erased_at IS NOT NULL)", name="erased"
        ),
    )


def _anchor() -> None:
    op.create_table(
        "trace_anchor",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
    )


def _sqlite() -> list[str]:
    statements = []
    for table, key in _APPEND_ONLY.items():
        refuse = f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}",
            (
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
                f" BEGIN {refuse}"
            ),
        ]
    only = "SELECT RAISE(ABORT, '{0}'); END"
    return [
        *statements,
        (
            "CREATE TRIGGER trace_head_forward BEFORE UPDATE ON trace_head"
            " WHEN NEW.seq <= OLD.seq OR NEW.chain <> OLD.chain OR NEW.id <> OLD.id"
            f" BEGIN {only.format('trace_head only goes forward')}"
        ),
        (
            "CREATE TRIGGER trace_head_no_delete BEFORE DELETE ON trace_head"
            f" BEGIN {only.format('trace_head is kept')}"
        ),
        (
            "CREATE TRIGGER trace_head_no_replace BEFORE INSERT ON trace_head"
            f" BEGIN {only.format('trace_head is there already')}"
        ),
        (
            "CREATE TRIGGER trace_person_erasing BEFORE UPDATE ON trace_person"
            " WHEN NEW.wrapped IS NOT NULL OR OLD.wrapped IS NULL"
            " OR NEW.person <> OLD.person OR NEW.kid <> OLD.kid"
            f" BEGIN {only.format('the key of a person is only destroyed')}"
        ),
        (
            "CREATE TRIGGER trace_person_no_delete BEFORE DELETE ON trace_person"
            f" BEGIN {only.format('trace_person is kept')}"
        ),
    ]


def _postgresql() -> list[str]:
    statements = [
        (
            "CREATE OR REPLACE FUNCTION miroir_append_only() RETURNS trigger"
            " LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        ),
        (
            "CREATE FUNCTION miroir_head_forward() RETURNS trigger"
            " LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.seq <= OLD.seq OR NEW.chain <> OLD.chain OR NEW.id <> OLD.id THEN"
            " RAISE EXCEPTION 'trace_head only goes forward'; END IF;"
            " RETURN NEW; END $$"
        ),
        (
            "CREATE FUNCTION miroir_person_erasing() RETURNS trigger"
            " LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.wrapped IS NOT NULL OR OLD.wrapped IS NULL"
            " OR NEW.person <> OLD.person OR NEW.kid <> OLD.kid THEN"
            " RAISE EXCEPTION 'the key of a person is only destroyed'; END IF;"
            " RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER trace_head_forward BEFORE UPDATE ON trace_head"
            " FOR EACH ROW EXECUTE FUNCTION miroir_head_forward()"
        ),
        (
            "CREATE TRIGGER trace_person_erasing BEFORE UPDATE ON trace_person"
            " FOR EACH ROW EXECUTE FUNCTION miroir_person_erasing()"
        ),
    ]
    for table in (*_APPEND_ONLY, "trace_head", "trace_person"):
        changes = "UPDATE OR DELETE" if table in _APPEND_ONLY else "DELETE"
        statements += [
            (
                f"CREATE TRIGGER {table}_append_only BEFORE {changes} ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION miroir_append_only()"
            ),
            (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION miroir_append_only()"
            ),
        ]
    return statements

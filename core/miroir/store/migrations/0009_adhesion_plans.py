"""Plans of adhesion contracts, the decision about each, and what guards both.

No SQL of the application's role approves one's own plan, changes a plan once
proposed, or approves under another hash. Constraints say it, and triggers say it
again: a constraint can be switched off for a connection of SQLite, and REPLACE
deletes without being asked. Accounts have one form (small ASCII letters, digits
and ._@-), so that no case, blank or look-alike letter makes two persons of one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_ONE_OPEN = sa.text("state IN ('proposed', 'approved')")


def upgrade() -> None:
    op.add_column(
        "adhesion_condition",
        sa.Column("guarantees", sa.JSON(), server_default="[]", nullable=False),
    )
    _plan()
    _approval()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        for statement in _SQLITE:
            op.execute(statement)


def _plan() -> None:
    op.create_table(
        "adhesion_plan",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("remote_version", sa.String(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("proposer", sa.String(64), nullable=False),
        sa.Column("proposed_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("undoes", sa.String(64), sa.ForeignKey("adhesion_plan.plan_hash")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(64), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'refused', 'withdrawn', 'expired',"
            " 'void', 'applied', 'failed')",
            name="state",
        ),
        sa.CheckConstraint("length(siren) = 9", name="siren"),
        sa.CheckConstraint("length(plan_hash) = 64", name="plan_hash"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("expires_at > proposed_at", name="expires_at"),
        sa.CheckConstraint(
            "(state IN ('proposed', 'approved')) = (ended_at IS NULL)",
            name="ended_at",
        ),
        sa.UniqueConstraint("plan_hash"),
        sa.UniqueConstraint("siren", "number"),
        sa.UniqueConstraint("id", "plan_hash", "proposer"),
    )
    op.create_index(
        "uq_adhesion_plan_siren_open",
        "adhesion_plan",
        ["siren"],
        unique=True,
        sqlite_where=_ONE_OPEN,
        postgresql_where=_ONE_OPEN,
    )
    op.create_index("ix_adhesion_plan_state", "adhesion_plan", ["state"])


def _approval() -> None:
    op.create_table(
        "adhesion_approval",
        sa.Column("plan_id", _ROW_ID, primary_key=True, autoincrement=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("proposer", sa.String(64), nullable=False),
        sa.Column("approver", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confirmation", sa.String(), server_default="none", nullable=False),
        sa.Column("seal", sa.String(64), server_default="", nullable=False),
        sa.CheckConstraint(
            "confirmation IN ('mail', 'call', 'none')", name="confirmation"
        ),
        sa.CheckConstraint("approver <> proposer", name="two_persons"),
        sa.CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
        sa.ForeignKeyConstraint(
            ["plan_id", "plan_hash", "proposer"],
            ["adhesion_plan.id", "adhesion_plan.plan_hash", "adhesion_plan.proposer"],
        ),
    )


_FIXED = (
    "id",
    "siren",
    "number",
    "plan_hash",
    "document",
    "destination",
    "remote_version",
    "rules_version",
    "proposer",
    "proposed_at",
    "expires_at",
    "undoes",
    "seal",
)
_MOVES = {
    "proposed": ("approved", "refused", "withdrawn", "expired", "void"),
    "approved": ("applied", "failed", "void"),
}
_MOVED = " OR ".join(
    f"(OLD.state = '{source}' AND NEW.state IN ({', '.join(map(repr, targets))}))"
    for source, targets in _MOVES.items()
)
_LONGEST_DAYS = 21
"""Five working days never take more, whatever the holidays."""


def _sqlite_account(name: str) -> str:
    """True of a text in the one form of accounts. A blob is never equal to a
    text; GLOB and length() stop at a NUL, the length in bytes does not."""
    return (
        f"(typeof(NEW.{name}) = 'text' AND length(NEW.{name}) BETWEEN 1 AND 64"
        f" AND length(CAST(NEW.{name} AS BLOB)) = length(NEW.{name})"
        f" AND NEW.{name} NOT GLOB '*[^a-z0-9._@-]*' AND NEW.{name} <> 'miroir')"
    )


def _sqlite_now(name: str) -> str:
    return f"(abs(julianday(NEW.{name}) - julianday('now')) <= 1.0 / 24)"


def _sqlite_trigger(name: str, on: str, rules: list[tuple[str, str]]) -> str:
    """Each rule must be true: what is unknown (NULL) refuses too."""
    body = " ".join(
        f"SELECT RAISE(ABORT, '{message}') WHERE ({rule}) IS NOT 1;"
        for rule, message in rules
    )
    return f"CREATE TRIGGER {name} {on} BEGIN {body} END"


_SQLITE = [
    _sqlite_trigger(
        "adhesion_plan_proposed",
        "BEFORE INSERT ON adhesion_plan",
        [
            ("NEW.state = 'proposed'", "a plan begins as proposed"),
            (_sqlite_account("proposer"), "the proposer is no account of a person"),
            (
                (
                    "typeof(NEW.plan_hash) = 'text' AND length(NEW.plan_hash) = 64"
                    " AND length(CAST(NEW.plan_hash AS BLOB)) = 64"
                    " AND NEW.plan_hash NOT GLOB '*[^0-9a-f]*'"
                ),
                "the hash of a plan is a sha256",
            ),
            (_sqlite_now("proposed_at"), "a plan is proposed now"),
            (
                (
                    "julianday(NEW.expires_at) - julianday(NEW.proposed_at)"
                    f" BETWEEN 0 AND {_LONGEST_DAYS}"
                ),
                "a plan expires after five working days",
            ),
            (
                (
                    "NOT EXISTS (SELECT 1 FROM adhesion_plan WHERE id = NEW.id"
                    " OR plan_hash = NEW.plan_hash"
                    " OR (siren = NEW.siren AND number = NEW.number)"
                    " OR (siren = NEW.siren AND state IN ('proposed', 'approved')))"
                ),
                "a plan is never replaced, and a company has one open plan",
            ),
        ],
    ),
    _sqlite_trigger(
        "adhesion_plan_moved",
        "BEFORE UPDATE ON adhesion_plan",
        [
            (
                " AND ".join(f"OLD.{name} IS NEW.{name}" for name in _FIXED),
                "a proposed plan never changes",
            ),
            (_MOVED, "the state of a plan does not change so"),
            (
                (
                    "NEW.state NOT IN ('approved', 'refused') OR EXISTS"
                    " (SELECT 1 FROM adhesion_approval AS a WHERE a.plan_id = OLD.id"
                    " AND a.plan_hash = OLD.plan_hash AND a.proposer = OLD.proposer"
                    " AND a.approver <> OLD.proposer AND a.decision = NEW.state)"
                ),
                "a second person decides of a plan",
            ),
        ],
    ),
    _sqlite_trigger(
        "adhesion_plan_kept",
        "BEFORE DELETE ON adhesion_plan",
        [("0", "a plan is never deleted")],
    ),
    _sqlite_trigger(
        "adhesion_approval_decided",
        "BEFORE INSERT ON adhesion_approval",
        [
            (_sqlite_account("approver"), "the approver is no account of a person"),
            (
                (
                    "NEW.decision IN ('approved', 'refused')"
                    " AND typeof(NEW.decision) = 'text'"
                ),
                "a decision is approved or refused",
            ),
            (
                (
                    "NOT EXISTS (SELECT 1 FROM adhesion_approval"
                    " WHERE plan_id = NEW.plan_id)"
                ),
                "a plan is decided once",
            ),
            (
                (
                    "EXISTS (SELECT 1 FROM adhesion_plan AS p WHERE p.id = NEW.plan_id"
                    " AND p.plan_hash = NEW.plan_hash AND p.proposer = NEW.proposer)"
                ),
                "a decision is about a plan, its hash and its proposer",
            ),
            (
                (
                    "EXISTS (SELECT 1 FROM adhesion_plan AS p WHERE p.id = NEW.plan_id"
                    " AND p.proposer <> NEW.approver)"
                ),
                "nobody decides of a plan of their own",
            ),
            (
                (
                    "EXISTS (SELECT 1 FROM adhesion_plan AS p WHERE p.id = NEW.plan_id"
                    " AND p.state = 'proposed')"
                ),
                "this plan waits for no decision",
            ),
            (
                (
                    "EXISTS (SELECT 1 FROM adhesion_plan AS p WHERE p.id = NEW.plan_id"
                    " AND julianday(p.expires_at) > julianday('now'))"
                ),
                "this plan has expired",
            ),
            (_sqlite_now("decided_at"), "a plan is decided now"),
        ],
    ),
    (
        "CREATE TRIGGER adhesion_approval_taken AFTER INSERT ON adhesion_approval BEGIN"
        " UPDATE adhesion_plan SET state = NEW.decision, why = NEW.reason, ended_at ="
        " CASE NEW.decision WHEN 'refused' THEN NEW.decided_at END"
        " WHERE id = NEW.plan_id; END"
    ),
    _sqlite_trigger(
        "adhesion_approval_fixed",
        "BEFORE UPDATE ON adhesion_approval",
        [("0", "a decision never changes")],
    ),
    _sqlite_trigger(
        "adhesion_approval_kept",
        "BEFORE DELETE ON adhesion_approval",
        [("0", "a decision is never deleted")],
    ),
]

_ACCOUNT = """COLLATE "C" ~ '^[a-z0-9._@-]{1,64}$'"""
_PLAN_BODY = f"""
BEGIN
  IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION 'a plan is never deleted';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' THEN
      RAISE EXCEPTION 'a plan begins as proposed';
    END IF;
    IF NOT (NEW.proposer {_ACCOUNT}) OR NEW.proposer = 'miroir' THEN
      RAISE EXCEPTION 'the proposer is no account of a person';
    END IF;
    IF NEW.plan_hash <>
       encode(sha256(convert_to(NEW.document, 'UTF8')), 'hex') THEN
      RAISE EXCEPTION 'the hash of a plan is the sha256 of its document';
    END IF;
    IF abs(extract(epoch FROM NEW.proposed_at - clock_timestamp())) > 3600 THEN
      RAISE EXCEPTION 'a plan is proposed now';
    END IF;
    IF NEW.expires_at > NEW.proposed_at + interval '{_LONGEST_DAYS} days' THEN
      RAISE EXCEPTION 'a plan expires after five working days';
    END IF;
    RETURN NEW;
  END IF;
  IF ({", ".join(f"OLD.{name}" for name in _FIXED)})
     IS DISTINCT FROM ({", ".join(f"NEW.{name}" for name in _FIXED)}) THEN
    RAISE EXCEPTION 'a proposed plan never changes';
  END IF;
  IF NOT ({_MOVED}) THEN
    RAISE EXCEPTION 'the state of a plan does not change so';
  END IF;
  IF NEW.state IN ('approved', 'refused') AND NOT EXISTS (
      SELECT 1 FROM adhesion_approval a WHERE a.plan_id = OLD.id
      AND a.plan_hash = OLD.plan_hash AND a.proposer = OLD.proposer
      AND a.approver <> OLD.proposer AND a.decision = NEW.state) THEN
    RAISE EXCEPTION 'a second person decides of a plan';
  END IF;
  RETURN NEW;
END
"""
_APPROVAL_BODY = f"""
DECLARE plan adhesion_plan%ROWTYPE;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'a decision never changes and is never deleted';
  END IF;
  SELECT * INTO plan FROM adhesion_plan WHERE id = NEW.plan_id FOR UPDATE;
  IF NOT FOUND OR plan.plan_hash <> NEW.plan_hash
     OR plan.proposer <> NEW.proposer THEN
    RAISE EXCEPTION 'a decision is about a plan, its hash and its proposer';
  END IF;
  IF NOT (NEW.approver {_ACCOUNT}) OR NEW.approver = 'miroir' THEN
    RAISE EXCEPTION 'the approver is no account of a person';
  END IF;
  IF NEW.approver = plan.proposer THEN
    RAISE EXCEPTION 'nobody decides of a plan of their own';
  END IF;
  IF plan.state <> 'proposed' THEN
    RAISE EXCEPTION 'this plan waits for no decision';
  END IF;
  IF plan.expires_at <= clock_timestamp() THEN
    RAISE EXCEPTION 'this plan has expired';
  END IF;
  IF abs(extract(epoch FROM NEW.decided_at - clock_timestamp())) > 3600 THEN
    RAISE EXCEPTION 'a plan is decided now';
  END IF;
  RETURN NEW;
END
"""
_TAKEN_BODY = """
BEGIN
  UPDATE adhesion_plan SET state = NEW.decision, why = NEW.reason,
    ended_at = CASE NEW.decision WHEN 'refused' THEN NEW.decided_at END
  WHERE id = NEW.plan_id;
  RETURN NULL;
END
"""


def _guard_postgresql() -> None:
    bind = op.get_bind()
    schema = bind.execute(sa.text("SELECT quote_ident(current_schema())")).scalar()
    # pg_temp is named last: else a temporary table could stand for ours.
    path = f"SET search_path = {schema}, pg_temp"
    for name, body in (
        ("adhesion_plan_guard", _PLAN_BODY),
        ("adhesion_approval_guard", _APPROVAL_BODY),
        ("adhesion_approval_taken", _TAKEN_BODY),
    ):
        bind.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {path}"
            f" AS $guard${body}$guard$".replace("%", "%%")
        )
    for table in ("adhesion_plan", "adhesion_approval"):
        bind.exec_driver_sql(
            f"CREATE TRIGGER {table}_row BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_guard()"
        )
        bind.exec_driver_sql(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_guard()"
        )
    bind.exec_driver_sql(
        "CREATE TRIGGER adhesion_approval_taken AFTER INSERT ON adhesion_approval"
        " FOR EACH ROW EXECUTE FUNCTION adhesion_approval_taken()"
    )

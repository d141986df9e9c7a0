"""What tells a row that Miroir wrote from one that SQL wrote.

A seal is a digest under a key of this installation, which is in its key file
and never in the database: whoever has the database alone, under any role, makes
none. A plan or a decision without its own is never acted on.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import RowMapping

from miroir.adhesion.confirming import Confirmation
from miroir.adhesion.plan import Plan, TamperedPlan
from miroir.privacy import Keys


class Decided(Protocol):
    """What is sealed of a decision."""

    @property
    def approver(self) -> str: ...
    @property
    def decision(self) -> str: ...
    @property
    def decided_at(self) -> datetime: ...
    @property
    def confirmation(self) -> Confirmation: ...


class Seals:
    """Makes and checks the seals of plans and decisions."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of_plan(self, plan: Plan, number: int) -> str:
        """Its hash covers all that it says, its proposer among the rest."""
        return self._keys.digest("adhesion.plan", plan.hash, str(number))

    def of_decision(self, plan_hash: str, made: Decided) -> str:
        """Who decided what of which plan, and when."""
        return self._keys.digest(
            "adhesion.decision",
            plan_hash,
            made.approver,
            made.decision,
            made.decided_at.astimezone(UTC).isoformat(),
            made.confirmation.value,
        )

    @staticmethod
    def require(found: str, right: str, plan: Plan) -> None:
        """Raise TamperedPlan for a row that has not the right seal."""
        if not hmac.compare_digest(found, right):
            raise TamperedPlan(
                f"plan {plan.hash[:12]} of {plan.siren}: it, or the decision about it,"
                " was not written by Miroir; keep the database as it is and look for"
                " who wrote there"
            )


_COLUMNS = (
    "siren",
    "destination",
    "remote_version",
    "rules_version",
    "proposer",
    "proposed_at",
    "expires_at",
    "undoes",
)


def require_same(plan: Plan, row: RowMapping) -> None:
    """The columns that rules are set on say what the document says."""
    said = (
        plan.siren,
        plan.destination,
        plan.version,
        plan.rules,
        plan.proposer,
        plan.proposed_at,
        plan.expires_at,
        plan.undoes or None,
    )
    if said != tuple(row[name] for name in _COLUMNS):
        raise TamperedPlan(
            f"plan {row['plan_hash'][:12]}: its columns do not say what its document"
            " says; keep the database as it is and look for who changed it"
        )

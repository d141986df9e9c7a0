"""A plan: what one person proposes to change, as another one will approve it.

The plan is one canonical document; its hash is what is approved. Nothing of it
changes afterwards: another content is another plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from miroir.adhesion.images import canonical, conditions_of, digest, image
from miroir.adhesion.model import Basis, Effect, Incoherence, MonthEffect
from miroir.dossier.workdays import Workdays
from miroir.errors import MiroirError
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Evidence
from miroir.types.period import Month

SCHEMA = "miroir.adhesion-plan/1"
DAYS = 5
"""Working days that a proposal waits for its approval."""


class TamperedPlan(MiroirError):
    """A stored plan is not the one that its hash names: it was altered."""


class PlanState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"
    """What it was made from has changed."""
    APPLIED = "applied"
    FAILED = "failed"
    """Its update was given up."""


PLAN_STATES = {
    PlanState.PROPOSED: "proposé, à approuver",
    PlanState.APPROVED: "approuvé, à appliquer",
    PlanState.REFUSED: "refusé",
    PlanState.WITHDRAWN: "retiré",
    PlanState.EXPIRED: "expiré",
    PlanState.VOID: "caduc",
    PlanState.APPLIED: "appliqué",
    PlanState.FAILED: "abandonné",
}
OPEN = (PlanState.PROPOSED, PlanState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One change of a plan, and the incoherence that it settles."""

    code: str
    siret: str
    category: str
    recorded: str
    expected: str
    since: str
    fact: str
    decides: str
    label: str
    basis: Basis
    source: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def identity(self) -> list[str]:
        """What must still be found when it is approved."""
        return [
            self.code,
            self.siret,
            self.category,
            self.recorded,
            self.expected,
            self.since,
        ]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`version` is that of the contract in the management tool (`destination`).

    `rules` names the versions of Miroir, of its parameters and of the menu.
    `facts` is the digest of what the plan rests on. `undoes`: the hash of the
    plan that it takes back.
    """

    siren: str
    destination: str
    version: str
    rules: str
    facts: str
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    reason: str
    before: tuple[AdhesionCondition, ...]
    after: tuple[AdhesionCondition, ...]
    items: tuple[Item, ...]
    effect: Effect
    undoes: str = ""

    @cached_property
    def document(self) -> str:
        """The whole plan as canonical JSON."""
        return canonical(
            {
                "schema": SCHEMA,
                "siren": self.siren,
                "destination": self.destination,
                "version": self.version,
                "rules": self.rules,
                "facts": self.facts,
                "proposer": self.proposer,
                "proposed_at": self.proposed_at.isoformat(),
                "expires_at": self.expires_at.isoformat(),
                "reason": self.reason,
                "before": image(self.before),
                "after": image(self.after),
                "items": [_item(each) for each in self.items],
                "effect": [_month(each) for each in self.effect.months],
                "undoes": self.undoes,
            }
        )

    @cached_property
    def hash(self) -> str:
        """The sha256 of the document: 64 hexadecimal digits."""
        return digest_text(self.document)

    @classmethod
    def read(cls, document: str, plan_hash: str) -> Plan:
        """The plan of a document; raises TamperedPlan when it is another's."""
        if digest_text(document) != plan_hash:
            raise TamperedPlan(
                f"plan {plan_hash[:12]}: what is stored is not what was proposed; keep"
                " the database as it is and look for who changed it"
            )
        found = json.loads(document)
        return cls(
            siren=found["siren"],
            destination=found["destination"],
            version=found["version"],
            rules=found["rules"],
            facts=found["facts"],
            proposer=found["proposer"],
            proposed_at=datetime.fromisoformat(found["proposed_at"]),
            expires_at=datetime.fromisoformat(found["expires_at"]),
            reason=found["reason"],
            before=conditions_of(found["before"]),
            after=conditions_of(found["after"]),
            items=tuple(_read_item(each) for each in found["items"]),
            effect=Effect(months=tuple(_read_month(each) for each in found["effect"])),
            undoes=found["undoes"],
        )


def digest_text(document: str) -> str:
    import hashlib

    return hashlib.sha256(document.encode()).hexdigest()


def item(found: Incoherence) -> Item:
    """The change of an incoherence, with all that the approver reads."""
    assert found.change is not None
    return Item(
        code=found.code,
        siret=found.siret,
        category=found.category,
        recorded=found.recorded,
        expected=found.expected,
        since="" if found.since is None else found.since.isoformat(),
        fact=found.fact,
        decides=found.decides,
        label=found.change.label,
        basis=found.change.basis,
        source=found.source,
        evidence=found.evidence,
    )


def facts(
    before: Sequence[AdhesionCondition],
    items: Iterable[Item],
    effect: Effect,
    rules: str,
) -> str:
    """The digest of what a plan rests on: any other value voids an approval."""
    return digest(
        {
            "before": image(before),
            "found": sorted(each.identity for each in items),
            "effect": [
                [str(each.month), each.due_before, each.due_after]
                for each in effect.months
            ],
            "rules": rules,
        }
    )


def expiry(today: date, workdays: Workdays, zone: ZoneInfo) -> datetime:
    """The end of the fifth working day after today, local time."""
    last = workdays.after(today, DAYS)
    return datetime.combine(last + timedelta(days=1), time(0), zone)


def _item(one: Item) -> dict[str, Any]:
    return {
        "code": one.code,
        "siret": one.siret,
        "category": one.category,
        "recorded": one.recorded,
        "expected": one.expected,
        "since": one.since,
        "fact": one.fact,
        "decides": one.decides,
        "label": one.label,
        "basis": one.basis.value,
        "source": one.source,
        "evidence": [
            [each.file, each.line, each.rubrique, each.value] for each in one.evidence
        ],
    }


def _read_item(found: dict[str, Any]) -> Item:
    evidence = tuple(
        Evidence(file=file, line=line, rubrique=rubrique, value=value)
        for file, line, rubrique, value in found.pop("evidence")
    )
    return Item(**{**found, "basis": Basis(found["basis"])}, evidence=evidence)


_NUMBERS = (
    "due_before",
    "due_after",
    "gap_before",
    "gap_after",
    "lines",
    "closed",
    "opened",
)


def _month(one: MonthEffect) -> list[Any]:
    return [str(one.month), *(getattr(one, name) for name in _NUMBERS)]


def _read_month(found: list[Any]) -> MonthEffect:
    month, *numbers = found
    return MonthEffect(
        month=Month.parse(month), **dict(zip(_NUMBERS, numbers, strict=True))
    )

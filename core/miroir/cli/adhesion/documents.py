"""Examinations and plans as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from miroir.adhesion.images import image
from miroir.types.amounts import format_cents

if TYPE_CHECKING:
    from miroir.adhesion.model import Incoherence
    from miroir.operations.adhesion.examining import Examination
    from miroir.store.adhesion_plans.plans import StoredPlan


def examination_document(found: Examination) -> dict[str, object]:
    """The document of `miroir adhesion check --format json`."""
    return {
        "schema": "miroir.adhesion-check/1",
        "siren": found.contract.siren,
        "destination": found.contract.destination,
        "version": found.contract.version,
        "rules": found.rules,
        "contract": image(found.contract.conditions),
        "incoherences": [
            {"number": number, **_incoherence(one)}
            for number, one in enumerate(found.found, 1)
        ],
    }


def _incoherence(one: Incoherence) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": one.severity.value,
        "status": one.status.value,
        "siret": one.siret,
        "category": one.category,
        "recorded": one.recorded,
        "expected": one.expected,
        "since": None if one.since is None else one.since.isoformat(),
        "fact": one.fact,
        "decides": one.decides,
        "source": one.source,
        "evidence": [
            {
                "file": each.file,
                "line": each.line,
                "rubrique": each.rubrique,
                "value": each.value,
            }
            for each in one.evidence
        ],
        "change": None
        if one.change is None
        else {"label": one.change.label, "basis": one.change.basis.value},
    }


def plans_document(siren: str, found: Sequence[StoredPlan]) -> dict[str, object]:
    """The document of `miroir adhesion show --format json`."""
    return {
        "schema": "miroir.adhesion-plans/1",
        "siren": siren,
        "plans": [_plan(each) for each in found],
    }


def _plan(stored: StoredPlan) -> dict[str, object]:
    decision, effect = stored.decision, stored.plan.effect
    return {
        "number": stored.number,
        "hash": stored.plan.hash,
        "state": stored.state.value,
        "why": stored.why,
        "decision": None
        if decision is None
        else {
            "approver": decision.approver,
            "decision": decision.decision,
            "at": decision.decided_at.isoformat(),
            "reason": decision.reason,
        },
        "due_change": format_cents(effect.due),
        "gap_before": format_cents(effect.gap_before),
        "gap_after": format_cents(effect.gap_after),
        "plan": json.loads(stored.plan.document),
    }

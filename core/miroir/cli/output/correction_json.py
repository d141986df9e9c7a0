"""A correction plan for programs: the document `miroir.correction/1`.

Amounts are strings with two decimals; days are ISO dates.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from miroir.cli.output.correction_lines import reason
from miroir.cli.output.mask import Mask
from miroir.correction.plan import (
    Action,
    Correction,
    Left,
    Plan,
    PlannedDeclaration,
    Residual,
)
from miroir.correction.writing import Line
from miroir.types.amounts import format_cents
from miroir.types.diagnosis import Responsible
from miroir.types.identity import PersonNumber

SCHEMA = "miroir.correction/1"
Json = Mapping[str, object]


def as_json(plan: Plan, mask: Mask) -> str:
    """One document, ended by a line feed."""
    return json.dumps(document(plan, mask), ensure_ascii=False, indent=1) + "\n"


def document(plan: Plan, mask: Mask) -> Json:
    return {
        "schema": SCHEMA,
        "siren": plan.siren,
        "on": plan.on.isoformat(),
        "calendars": [
            {
                "siret": siret,
                "day": calendar.day,
                "why": calendar.why,
                "next": [
                    {"month": str(one.month), "due": one.due.isoformat()}
                    for one in calendar.proposals(plan.on)
                ],
            }
            for siret, calendar in sorted(plan.calendars.items())
        ],
        "actions": [_action(one, plan, mask) for one in plan.actions],
        "declarations": [_declaration(one, mask) for one in plan.declarations],
        "adhesion": [
            {
                "siret": one.siret,
                "categorie": one.category,
                "taux_calcul_t1": str(one.rate_t1),
                "taux_calcul_t2": str(one.rate_t2),
            }
            for one in plan.conditions
        ],
        "residual": _residual(plan.residual, mask),
    }


def _action(action: Action, plan: Plan, mask: Mask) -> Json:
    return {
        "rank": action.rank,
        "cause": action.cause.id,
        "label": action.cause.label,
        "status": action.status.value,
        "verdict": action.verdict.value,
        "actor": action.actor.value,
        "payroll_setting": action.cause.responsible is Responsible.EDITOR,
        "periods": [str(period) for period in action.periods],
        "employees": _names(action.persons, mask),
        "remedy": action.cause.remedy,
        "why": mask.text(reason(action)),
        "declared_in": [
            {"siret": one.siret, "month": str(one.deposit.month)}
            for one in plan.declarations
            if any(action.cause.id in each.causes for each in one.corrections)
        ],
        "wanted": [
            {
                "periods": [str(period) for period in one.periods],
                "employees": _names(one.persons, mask),
                "rubriques": [
                    {"rubrique": rubrique, "what": what}
                    for rubrique, what in one.rubriques
                ],
            }
            for one in action.wanted
        ],
    }


def _names(persons: Iterable[PersonNumber], mask: Mask) -> list[str]:
    return sorted({mask.name_of(person) for person in persons})


def _declaration(one: PlannedDeclaration, mask: Mask) -> Json:
    return {
        "siret": one.siret,
        "month": str(one.deposit.month),
        "fraction": one.fraction,
        "type": "03" if one.deposit.replaces else "01",
        "mode": one.mode.value,
        "due": one.deposit.due.isoformat(),
        "send_by": one.deposit.send_by.isoformat(),
        "amount": format_cents(one.amount),
        "corrections": [_correction(each, mask) for each in one.corrections],
    }


def _correction(one: Correction, mask: Mask) -> Json:
    return {
        "employee": mask.name_of(one.person) if one.person else None,
        "contract": mask.text(one.contract),
        "period": str(one.period),
        "how": one.how.value,
        "causes": list(one.causes),
        "amount": format_cents(one.amount),
        "lines": _lines(one.lines, mask),
        "removed": _lines(one.removed, mask),
    }


def _lines(lines: Iterable[Line], mask: Mask) -> list[Json]:
    return [
        {"rubrique": rubrique, "value": mask.text(value)} for rubrique, value in lines
    ]


def _residual(residual: Residual, mask: Mask) -> Json:
    return {
        "corrected": residual.corrected,
        "worst": format_cents(residual.worst),
        "before": format_cents(residual.before),
        "after": format_cents(residual.after),
        "left": [_left(one, mask) for one in residual.left],
        "appeared": [_left(one, mask) for one in residual.appeared],
        "payments": [
            {"siret": siret, "period": str(period), "amount": format_cents(cents)}
            for siret, period, cents in residual.payments
        ],
    }


def _left(one: Left, mask: Mask) -> Json:
    return {
        "siret": one.siret,
        "employee": mask.name_of(one.person),
        "contract": mask.text(one.contract),
        "period": str(one.period),
        "before": format_cents(one.before),
        "after": format_cents(one.after),
        "why": one.why,
    }

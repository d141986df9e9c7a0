"""What an action says once the plan and its dates are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from miroir.correction.places import Places
from miroir.correction.plan import Action, Actor, PlannedDeclaration, Verdict
from miroir.correction.routing import PAYMENTS
from miroir.types.amounts import Cents
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month

_MISSING = "DSN_MENSUELLE_MANQUANTE"
_COVERED = (
    "Ce qui a été versé en plus paie le détail que le plan ajoute pour ces mois : il"
    " n’y a rien à rembourser ni à verser de nouveau."
)


def paid_already(
    action: Action, company: CompanyView, planned: Sequence[PlannedDeclaration]
) -> Action:
    """A payment beyond the details is none once the details are right."""
    if action.cause.id not in PAYMENTS or action.verdict is not Verdict.OURS:
        return action
    added: dict[tuple[str, Month], Cents] = defaultdict(int)
    for declaration in planned:
        for one in declaration.corrections:
            added[one.siret, one.period] += one.amount
    over = [
        gap
        for gap in company.payments
        if gap.period in action.periods and gap.amount > company.tolerance
    ]
    lines = len({line.person for line in company.mirror})
    rounding = company.tolerance * max(lines, 1)
    if over and all(
        gap.amount <= added[gap.siret, gap.period] + rounding for gap in over
    ):
        return replace(
            action, verdict=Verdict.NOTHING, actor=Actor.NOBODY, why=_COVERED
        )
    return action


def dated(action: Action, company: CompanyView, places: Places) -> Action:
    """Whether a missing month can still be deposited, and until when."""
    if action.cause.id != _MISSING:
        return action
    said = [_until(siret, month, places) for siret, month in company.missing]
    return replace(action, why=" ".join([action.why, *said]))


def _until(siret: str, month: Month, places: Places) -> str:
    last = places.calendar(siret).deposited_until(month)
    name = f"{month.month:02d}/{month.year}"
    if places.on <= last:
        return f"Celle de {name} peut encore être déposée jusqu’au {last:%d/%m/%Y}."
    later = places.deposit(siret).month
    return (
        f"Celle de {name} ne peut plus être déposée : la paie du mois se rattache dans"
        f" la DSN de {later.month:02d}/{later.year}."
    )

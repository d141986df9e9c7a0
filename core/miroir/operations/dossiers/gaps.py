"""The gaps of an analysis, as a dossier follows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from miroir.dossier.loop import Found
from miroir.dossier.model import GapKind, GapRef
from miroir.store.runs import StoredRun
from miroir.types.amounts import Cents
from miroir.types.diagnosis import CompanyView
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


def gaps_of(run: StoredRun, tolerance: Cents) -> dict[GapRef, Cents]:
    """Gaps by person, establishment and month, all contracts added."""
    amounts: dict[GapRef, Cents] = defaultdict(int)
    for key, gap in run.gaps.items():
        ref = GapRef(GapKind.EMPLOYEE, key.siret, key.employee, key.period)
        amounts[ref] += gap.amount
    for payment in run.payments:
        if not payment.accepted:
            ref = GapRef(
                GapKind.PAYMENT, payment.siret, payment.institution, payment.period
            )
            amounts[ref] += payment.amount
    return {ref: cents for ref, cents in amounts.items() if abs(cents) > tolerance}


def found_in(
    run: StoredRun,
    view: CompanyView,
    name_of: Callable[[PersonNumber], str],
    tolerance: Cents,
    at: datetime,
) -> Found:
    """What a run says, with the days that its declarations were filed."""
    return Found(
        gaps=gaps_of(run, tolerance),
        filed_on=filed_days(view, name_of, at.date()),
        at=at,
        tolerance=tolerance,
    )


def filed_days(
    view: CompanyView, name_of: Callable[[PersonNumber], str], today: date
) -> dict[GapRef, date]:
    """The last day that something was filed about each person and month.

    A person who is declared no more takes the day of the month's declaration.
    """
    days: dict[GapRef, date] = {}

    def note(ref: GapRef, day: date | None) -> None:
        if day is not None:
            days[ref] = max(min(day, today), days.get(ref, date.min))

    for line in view.mirror:
        ref = GapRef(GapKind.EMPLOYEE, line.siret, name_of(line.person), line.period)
        for part in line.parts:
            note(ref, part.declaration.filed_on)
    for declaration in view.current:
        for payment in declaration.payments:
            month = Month.of(payment.start)
            place = (declaration.siret, payment.institution, month)
            note(GapRef(GapKind.PAYMENT, *place), declaration.filed_on)
    return days


def crm_ids(view: CompanyView) -> frozenset[str]:
    """The ids of CRM that corrections of the company say they come from."""
    found = set()
    for declaration in view.current:
        for block in declaration.block.walk():
            number = _CRM.get(block.id)
            value = block.get(number) if number else None
            if value:
                found.add(value)
    return frozenset(found)


_CRM = {
    "S21.G00.20": "013",
    "S21.G00.22": "006",
    "S21.G00.23": "007",
    "S21.G00.55": "005",
    "S21.G00.78": "007",
    "S21.G00.79": "005",
    "S21.G00.81": "006",
    "S21.G00.82": "006",
}
"""«Identifiant du CRM à l'origine de la régularisation», by block."""

"""Periodicity and headcount, beside what is declared and paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import SHOWN, row_evidence
from miroir.adhesion.implied import standard_day
from miroir.adhesion.model import Basis, Change, Incoherence, Severity
from miroir.adhesion.words import HEADCOUNTS, PERIODICITIES, day, establishment
from miroir.gap.payments import QUARTERLY
from miroir.parameters import adhesion as rules
from miroir.synthesis.french import capital, of
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.declaration import Declaration, Payment
from miroir.types.diagnosis import Status
from miroir.types.period import Month

MONTHLY = "M"


def examine(situation: Situation) -> Iterator[Incoherence]:
    yield from _periodicity(situation)
    yield from _headcount(situation)


def _periodicity(situation: Situation) -> Iterator[Incoherence]:
    """Quarterly with too many employees; monthly, and paid by the quarter."""
    if not situation.months:
        return
    last = situation.months[-1]
    employees = situation.headcounts[last]
    limit = rules.quarterly(standard_day(last.first))
    for row in _one_by_establishment(situation, last):
        if row.periodicity == QUARTERLY and employees > limit.employees:
            yield _not_quarterly(row, last, employees, limit)
        elif row.periodicity == MONTHLY:
            yield from _paid_by_quarter(situation, row)


def _one_by_establishment(situation: Situation, last: Month) -> list[AdhesionCondition]:
    """The first row of each establishment that holds at the end."""
    found: dict[str, AdhesionCondition] = {}
    for row in situation.contract:
        if row.covers(last.last):
            found.setdefault(row.siret, row)
    return [found[siret] for siret in sorted(found)]


def _not_quarterly(
    row: AdhesionCondition, last: Month, employees: int, limit: rules.Limit
) -> Incoherence:
    since = last.next.first
    return Incoherence(
        code="TRIMESTRIEL_NON_PERMIS",
        severity=Severity.IMPORTANT,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category="",
        recorded=PERIODICITIES[QUARTERLY],
        expected=PERIODICITIES[MONTHLY],
        since=since,
        fact=(
            f"{capital(establishment(row.siret))} : périodicité trimestrielle au"
            f" contrat, {employees} salariés déclarés {of([last])} ; elle est ouverte"
            f" jusqu’à {limit.employees} salariés."
        ),
        decides="L’effectif de l’entreprise : la périodicité suit l’année d’après.",
        evidence=row_evidence(row, "periodicity"),
        source=limit.source,
        change=Change(
            siret=row.siret,
            category="",
            basis=Basis.REGULATION,
            label=(
                f"Passer à la périodicité mensuelle à compter du {day(since)}"
                f" ({establishment(row.siret)})"
            ),
            since=since,
            values={"periodicity": MONTHLY},
        ),
    )


def _paid_by_quarter(
    situation: Situation, row: AdhesionCondition
) -> Iterator[Incoherence]:
    paid = list(_payments(situation, row))
    quarters = [each for each in paid if _months(each[1]) > 1]
    if not quarters or len(quarters) < len(paid):
        return
    yield Incoherence(
        code="PERIODICITE_DIFFERENTE",
        severity=Severity.MINOR,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category="",
        recorded=PERIODICITIES[MONTHLY],
        expected=PERIODICITIES[QUARTERLY],
        since=quarters[0][1].start,
        fact=(
            f"{capital(establishment(row.siret))} : périodicité mensuelle au contrat,"
            " tous les versements portent sur plusieurs mois."
        ),
        decides="Le choix de l’entreprise, si elle a 9 salariés au plus.",
        evidence=(
            *row_evidence(row, "periodicity"),
            *(
                declaration.evidence(payment.block, "007")
                for declaration, payment in quarters[:SHOWN]
            ),
        ),
        change=Change(
            siret=row.siret,
            category="",
            basis=Basis.DECLARED,
            label=(
                "Passer à la périodicité trimestrielle à compter du"
                f" {day(quarters[0][1].start)} ({establishment(row.siret)})"
            ),
            since=quarters[0][1].start,
            values={"periodicity": QUARTERLY},
        ),
    )


def _payments(
    situation: Situation, row: AdhesionCondition
) -> Iterator[tuple[Declaration, Payment]]:
    for declaration in situation.company.current:
        if row.siret in ("", declaration.siret):
            for payment in declaration.payments:
                if payment.institution == row.institution:
                    yield declaration, payment


def _months(payment: Payment) -> int:
    start, end = Month.of(payment.start), Month.of(payment.end)
    return sum(1 for _ in start.until(end))


def _headcount(situation: Situation) -> Iterator[Incoherence]:
    """All the months of the year on the other side of the threshold."""
    if not situation.months:
        return
    last = situation.months[-1]
    limit = rules.large(standard_day(last.first))
    year = [m for m in situation.months if m.year == last.year]
    numbers = [situation.headcounts[month] for month in year]
    large = {number >= limit.employees for number in numbers}
    if len(large) > 1:
        return
    expected = Headcount.FROM_50 if large.pop() else Headcount.UNDER_50
    for row in _one_by_establishment(situation, last):
        if row.headcount not in (None, expected):
            yield _crossed(row, year, numbers, expected, limit)


def _crossed(
    row: AdhesionCondition,
    year: Sequence[Month],
    numbers: Sequence[int],
    expected: Headcount,
    limit: rules.Limit,
) -> Incoherence:
    since = date(year[0].year, 1, 1)
    assert row.headcount is not None
    between = f"de {min(numbers)} à {max(numbers)}"
    return Incoherence(
        code="EFFECTIF_DIFFERENT",
        # Fewer may be declared only because not every establishment reached us.
        severity=Severity.IMPORTANT
        if expected is Headcount.FROM_50
        else Severity.MINOR,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category="",
        recorded=HEADCOUNTS[row.headcount],
        expected=HEADCOUNTS[expected],
        since=since,
        fact=(
            f"{capital(establishment(row.siret))} : {HEADCOUNTS[row.headcount]} au"
            f" contrat, {between} salariés déclarés {of(year)}."
        ),
        decides=(
            "L’effectif moyen annuel de l’année d’avant, et cinq années civiles de"
            " suite au-dessus du seuil : la DSN ne suffit pas à le dire."
        ),
        evidence=row_evidence(row, "headcount"),
        source=limit.source,
        change=Change(
            siret=row.siret,
            category="",
            basis=Basis.DECLARED,
            label=(
                f"Porter l’effectif à «{HEADCOUNTS[expected]}» à compter du {day(since)}"
                f" ({establishment(row.siret)})"
            ),
            since=since,
            values={"headcount": expected.value},
        ),
    )

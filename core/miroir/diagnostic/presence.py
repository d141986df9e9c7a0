"""Who and what is there: a number under two names, people and months left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from miroir.diagnostic.legitimate import contradicted
from miroir.recomputation.attachment import (
    identity_of,
    says_something,
    shared_numbers,
)
from miroir.types.declaration import Contract, Evidence
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

CAUSES = (
    "NIR_SOUS_DEUX_NOMS",
    "SALARIE_OMIS_UN_MOIS",
    "DSN_MENSUELLE_MANQUANTE",
    "DSN_MEME_ORDRE",
    "FRACTION_MANQUANTE",
)

Seen = tuple[PersonNumber, Sequence[Evidence]]


def examine(company: CompanyView) -> Sequence[Finding]:
    """Findings in the order of CAUSES."""
    return [
        *_two_names(company),
        *_left_out(company),
        *_missing_month(company),
        *_same_order(company),
        *_missing_fraction(company),
    ]


def _two_names(company: CompanyView) -> Iterator[Finding]:
    found: dict[tuple[Month, ...], list[Seen]] = defaultdict(list)
    for person in sorted(shared_numbers(company.current)):
        evidence: list[Evidence] = []
        periods: set[Month] = set()
        for declaration in company.current:
            same = [e for e in declaration.employees if e.person == person]
            if len({identity_of(employee) for employee in same}) > 1:
                periods.add(declaration.period)
                evidence.extend(
                    declaration.evidence(e.block, "002", "•••") for e in same
                )
        found[tuple(sorted(periods))].append((person, evidence[:4]))
    yield from _by_months("NIR_SOUS_DEUX_NOMS", found)


def _left_out(company: CompanyView) -> Iterator[Finding]:
    """Absent from one month's declaration, present before and after."""
    incomplete = missing_fractions(company)
    found: dict[tuple[Month, ...], list[Seen]] = defaultdict(list)
    for siret in sorted({declaration.siret for declaration in company.current}):
        present = _present(company, siret)
        months = sorted(present)
        everybody: Counter[PersonNumber] = Counter()
        for people in present.values():
            everybody.update(people)
        for person in sorted(everybody):
            holes = _holes([month for month in months if person in present[month]])
            if holes:
                holes = _before_leaving(company, siret, person, holes)
            holes = [
                month
                for month in holes
                if month in present and (siret, month) not in incomplete
            ]
            if holes and _under_contract(company, siret, person, holes):
                evidence = _before(company, siret, person, holes[0])
                found[tuple(holes)].append((person, evidence))
    yield from _by_months("SALARIE_OMIS_UN_MOIS", found)


def _by_months(
    cause: str, found: Mapping[tuple[Month, ...], Sequence[Seen]]
) -> Iterator[Finding]:
    """One finding for all those who share the same months."""
    for months, several in sorted(found.items()):
        evidence = [piece for _, pieces in several for piece in pieces]
        yield _finding(cause, [person for person, _ in several], months, evidence)


def _present(company: CompanyView, siret: str) -> dict[Month, set[PersonNumber]]:
    present: dict[Month, set[PersonNumber]] = {}
    for declaration in company.current:
        if declaration.siret == siret and declaration.nature == "01":
            people = present.setdefault(declaration.period, set())
            people.update(employee.person for employee in declaration.employees)
    return present


def _holes(months: Sequence[Month]) -> list[Month]:
    return [month for month in months[0].until(months[-1]) if month not in months]


def _before_leaving(
    company: CompanyView, siret: str, person: PersonNumber, holes: Sequence[Month]
) -> list[Month]:
    """Without those after the last month paid: one who left may be declared again,
    for the past alone."""
    paid = [
        declaration.period
        for declaration in company.current
        if declaration.siret == siret
        for employee in declaration.employees
        if employee.person == person and says_something(employee, declaration.period)
    ]
    return [month for month in holes if paid and month < max(paid)]


def _under_contract(
    company: CompanyView, siret: str, person: PersonNumber, holes: Sequence[Month]
) -> bool:
    """The same contract runs over the hole: it was not an end and a rehire."""
    for contract in _contracts(company, siret, person):
        ended = contract.end is not None and contract.end < holes[0].last
        if contract.start <= holes[0].first and not ended:
            return True
    return False


def _contracts(
    company: CompanyView, siret: str, person: PersonNumber
) -> Iterator[Contract]:
    """Latest declared first: an end is known only afterwards."""
    for declaration in reversed(company.current):
        if declaration.siret == siret:
            for employee in declaration.employees:
                if employee.person == person:
                    yield from employee.contracts


def _before(
    company: CompanyView, siret: str, person: PersonNumber, hole: Month
) -> list[Evidence]:
    for declaration in company.current:
        if declaration.siret == siret and declaration.period == hole.previous:
            for employee in declaration.employees:
                if employee.person == person:
                    return [declaration.evidence(employee.block, "001", "•••")]
    return []


def _missing_month(company: CompanyView) -> Iterator[Finding]:
    if company.missing:
        months = {month for _, month in company.missing}
        sirets = ", ".join(sorted({siret for siret, _ in company.missing}))
        where = f"établissement {sirets}"
        yield _finding("DSN_MENSUELLE_MANQUANTE", [], months, [], where)


def _same_order(company: CompanyView) -> Iterator[Finding]:
    """Two contents under one order number: which one is valid is not known."""
    found = [v for v in company.versions if contradicted(v, company)]
    if found:
        declarations = [version.declaration for version in found]
        evidence = [each.evidence(each.block, "004") for each in declarations]
        months = {each.period for each in declarations}
        finding = _finding("DSN_MEME_ORDRE", [], months, evidence, found[0].reason)
        yield replace(finding, status=Status.NOT_DECIDABLE)


def missing_fractions(company: CompanyView) -> dict[tuple[str, Month], list[str]]:
    """The fractions that a month announces (12: one of two) and does not have."""
    held: dict[tuple[str, Month], set[str]] = {}
    for declaration in company.current:
        if declaration.nature == "01":
            key = (declaration.siret, declaration.period)
            held.setdefault(key, set()).add(declaration.fraction)
    missing = {}
    for key, fractions in sorted(held.items()):
        count = max(int(fraction[1]) for fraction in fractions)
        announced = {f"{rank}{count}" for rank in range(1, count + 1)}
        if announced - fractions:
            missing[key] = sorted(announced - fractions)
    return missing


def _missing_fraction(company: CompanyView) -> Iterator[Finding]:
    missing = missing_fractions(company)
    if missing:
        months = {month for _, month in missing}
        names = ", ".join(sorted({name for each in missing.values() for name in each}))
        yield _finding("FRACTION_MANQUANTE", [], months, [], f"fraction {names}")


def _finding(
    cause: str,
    persons: Sequence[PersonNumber],
    periods: Iterable[Month],
    evidence: Sequence[Evidence],
    detail: str = "",
) -> Finding:
    return Finding(
        cause=cause,
        scope=Scope.EMPLOYEES if persons else Scope.COMPANY,
        status=Status.ESTABLISHED,
        periods=tuple(sorted(periods)),
        persons=tuple(persons),
        evidence=tuple(evidence),
        detail=detail,
    )

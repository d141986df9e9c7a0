"""Bases read from the files themselves, and points reckoned apart."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache

from miroir.testing.payroll import CAUSES, SimulatedCompany, make_company, simulate
from miroir.types.diagnosis import CompanyAnalysis

from tests.synthesis.cases import analysis_of

SEED, MONTHS, EMPLOYEES = 3, 4, 6
PRICE = Decimal("20.1877")
Tranches = tuple[Decimal, Decimal]


@cache
def faulty(cause: str) -> SimulatedCompany:
    months = max(MONTHS, CAUSES[cause].months) if cause else MONTHS
    return make_company(SEED, 2026, months, EMPLOYEES, cause=cause or None)


@cache
def found(cause: str) -> CompanyAnalysis:
    return analysis_of(faulty(cause))


@cache
def declared(cause: str) -> dict[str, Tranches]:
    """T1 and T2 by NIR over all months, as the files with the error say."""
    return _tranches(faulty(cause))


@cache
def due(cause: str) -> dict[str, Tranches]:
    """The same of the same company, declared by a payroll that is right."""
    made = faulty(cause)
    return _tranches(simulate(made.company, made.year, made.months, made.habits))


def _tranches(company: SimulatedCompany) -> dict[str, Tranches]:
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for _, content in company.files:
        person = code = ""
        for line in content.decode("latin-1").splitlines():
            rubrique, _, value = line.partition(",")
            value = value.strip("'")
            if rubrique in ("S21.G00.30.001", "S21.G00.30.020"):
                person = value
            elif rubrique == "S21.G00.78.001":
                code = value
            elif rubrique == "S21.G00.78.004":
                sums[person][code] += Decimal(value)
    return {
        person: (own["02"], own["03"] - own["02"] if "03" in own else Decimal())
        for person, own in sums.items()
    }


def rate_t1_of(company: SimulatedCompany) -> Decimal:
    """The calculation rate of T1 in its adhesion conditions."""
    row = company.adhesions_csv.decode().splitlines()[1].split(";")
    return Decimal(row[5].replace(",", "."))


def points(t1: Decimal, t2: Decimal, rate_t1: Decimal) -> Decimal:
    return (t1 * rate_t1 + t2 * 17) / 100 / PRICE

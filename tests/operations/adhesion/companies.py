"""A company of two establishments that declares T1 at 8 % since January."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from miroir.testing.payroll import (
    Adhesion,
    Company,
    Contract,
    Delivery,
    Pay,
    Person,
    SimulatedCompany,
    Status,
    simulate,
)

SIREN, SIRET, SECOND = "999000243", "99900024300017", "99900024300025"
INSTITUTION = "30558637200321"
MONTHS = 4
HEADER = (
    "siren;siret;categorie;date_effet;date_fin;taux_calcul_t1;taux_calcul_t2;"
    "part_employeur;idcc;siret_institution;periodicite;effectif;garanties"
)
END = f"60;1486;{INSTITUTION};M;moins_50"
HISTORY = f"{SIREN};{SIRET};01;2016-01-01;2024-12-31;8.00;17.00;{END};T1-H800 T2-DC REP-60 APEC"
CADRES = f"{SIREN};{SIRET};01;2025-01-01;;6.20;17.00;{END};T1-DC T2-DC REP-60 APEC"
OTHERS = f"{SIREN};{SECOND};04;2016-01-01;;6.20;17.00;{END};T1-DC T2-DC REP-60"
STRANGER = "999000250;;01;2016-01-01;;6.20;17.00;60;;30558637200321;M;;"


def registry(*rows: str) -> str:
    return "\n".join((HEADER, *rows, ""))


REGISTRY = registry(STRANGER, HISTORY, CADRES, OTHERS)


def _person(number: str, siret: str, wage: int, status: Status) -> Person:
    pays = {month: Pay(wage=wage) for month in range(1, MONTHS + 1)}
    contract = Contract(
        number="00001", start=date(2019, 9, 1), status=status, pays=pays
    )
    return Person(
        number=number,
        family_name="EXEMPLE",
        first_name="ALIX",
        birth=date(1980, 1, 1),
        siret=siret,
        contracts=(contract,),
    )


@cache
def company(months: int = MONTHS, rate: int = 8_000) -> SimulatedCompany:
    """Two cadres at one establishment, at `rate` thousandths; a non-cadre at the
    other, where everything is at 6.20 % whatever is asked of the first."""
    people = (
        _person("1800199999101", SIRET, 380_000, Status.CADRE),
        _person("2800199999102", SIRET, 350_000, Status.CADRE),
    )
    base = Company(
        siren=SIREN,
        sirets=(SIRET,),
        name="ATELIERS FICTIFS",
        idcc="1486",
        from_50=False,
        institution=INSTITUTION,
        adhesion=Adhesion(rate_t1=rate),
        people=people,
    )
    return simulate(base, 2026, months)


@cache
def replaced() -> SimulatedCompany:
    """The first establishment again: each month replaced, at 6.20 % now."""
    again = Delivery(replaced=frozenset(range(1, MONTHS + 1)))
    right = company(rate=6_200)
    return simulate(right.company, 2026, MONTHS, delivery=again)


@cache
def second() -> SimulatedCompany:
    """The other establishment, at standard rates."""
    people = (_person("1800199999103", SECOND, 240_000, Status.NON_CADRE),)
    base = replace(
        company().company, sirets=(SECOND,), adhesion=Adhesion(), people=people
    )
    return simulate(base, 2026, MONTHS)


@dataclass
class Clock:
    """The present moment, and how far a test has put it forward."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def deliver(folder: Path, found: SimulatedCompany, prefix: str) -> None:
    for name, content in found.files:
        (folder / f"{prefix}-{name}").write_bytes(content)

"""The people of the demonstration: every one of them is invented."""

from __future__ import annotations

from datetime import date

from miroir.testing.payroll import (
    Adhesion,
    Company,
    Contract,
    Fault,
    Pay,
    Person,
    Status,
)

YEAR, MONTHS = 2026, 6
SIREN, SIRET = "999000243", "99900024300017"
INSTITUTION = "30558637200321"  # public SIRET of a group, as payments name it

_PART_TIME = 12134  # 80 % of 151.67 hours


def _steady(wage: int) -> dict[int, Pay]:
    return {month: Pay(wage=wage) for month in range(1, MONTHS + 1)}


def _cadre(wage: int, **others: Pay) -> Contract:
    return Contract(
        number="00001",
        start=date(2019, 9, 1),
        status=Status.CADRE,
        pays={**_steady(wage), **{int(m[1:]): pay for m, pay in others.items()}},
    )


def _employee(wage: int, hours: int = 15167, prorated: bool = True) -> Contract:
    return Contract(
        number="00001",
        start=date(2021, 2, 1),
        hours=hours,
        prorated=prorated,
        pays=_steady(wage),
    )


def _three_weeks_in_february() -> Contract:
    """19 days of 28: her ceiling is 2,717.68 €, not 4,005 €."""
    return Contract(
        number="00001",
        start=date(YEAR, 2, 9),
        end=date(YEAR, 2, 27),
        status=Status.CADRE,
        pays={2: Pay(wage=320_000)},
    )


def _apprentice() -> Contract:
    """Contract concluded after 01/03/2025: threshold of 50 % of the SMIC."""
    return Contract(
        number="00001",
        start=date(2025, 9, 1),
        apprentice=True,
        pays=_steady(150_000),
    )


def _absent_in_february() -> Contract:
    away = (date(YEAR, 2, 9), date(YEAR, 2, 11))
    return _cadre(430_000, m2=Pay(wage=380_000, absence=away))


_CAREERS = (
    ("1780199999101", "LEFÈVRE", "ANDRÉ", date(1978, 1, 14), _cadre(620_000)),
    ("2830499999102", "GARÇON", "INÈS", date(1983, 4, 2), _cadre(545_000)),
    ("2910799999103", "NOËL", "CHLOÉ", date(1991, 7, 21), _three_weeks_in_february()),
    ("1060299999104", "ROUSSEAU", "THÉO", date(2006, 2, 9), _apprentice()),
    (
        "1750399999105",
        "D'ARTOIS",
        "PAUL",
        date(1975, 3, 30),
        _cadre(360_000, m5=Pay(wage=360_000, bonus=180_000)),
    ),
    (
        "2880699999106",
        "BENOÎT",
        "ANNE",
        date(1988, 6, 11),
        _cadre(390_000, m1=Pay(wage=390_000, bonus=310_000)),
    ),
    ("2810999999107", "LE GOFF", "MAËLLE", date(1981, 9, 5), _absent_in_february()),
    (
        "2790899999108",
        "HUGUET",
        "ZOÉ",
        date(1979, 8, 17),
        _employee(345_000, _PART_TIME),
    ),
    (
        "1841199999109",
        "PETIT-JEAN",
        "KARIM",
        date(1984, 11, 23),
        _employee(340_000, _PART_TIME, prorated=False),
    ),
    ("2960599999110", "MARTIN", "FRANÇOISE", date(1996, 5, 8), _employee(215_000)),
    ("1931299999111", "EXEMPLE", "LÉO", date(1993, 12, 19), _employee(238_000)),
    ("2871099999112", "FICTIVE", "AGATHE", date(1987, 10, 3), _employee(312_000)),
)

COMPANY = Company(
    siren=SIREN,
    sirets=(SIRET,),
    name="ATELIERS FICTIFS",
    idcc="1486",
    from_50=False,
    institution=INSTITUTION,
    adhesion=Adhesion(),
    people=tuple(
        Person(
            number=number,
            family_name=family_name,
            first_name=first_name,
            birth=birth,
            siret=SIRET,
            contracts=(contract,),
        )
        for number, family_name, first_name, birth, contract in _CAREERS
    ),
)

FAULTS = (
    Fault(name="CET_ABSENTE", since=4),
    Fault(
        name="PLAFOND_NON_PRORATISE_ENTREE_SORTIE",
        people=frozenset({"2910799999103"}),
    ),
    Fault(name="APPRENTI_SEUIL_79", people=frozenset({"1060299999104"})),
)
"""CET forgotten from April on, a ceiling not prorated for a short contract, and
the old threshold of 79 % for an apprentice of 2025."""

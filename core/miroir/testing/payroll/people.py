"""Fictitious identities: well-formed numbers that belong to nobody."""

from __future__ import annotations

from datetime import date
from random import Random

from stdnum import luhn

from miroir.testing.payroll.model import Contract, Person

_FAMILY = (
    "LEFÈVRE",
    "D'ARTOIS",
    "MARTIN",
    "GARÇON",
    "BENOÎT",
    "NOËL",
    "PETIT-JEAN",
    "ROUSSEAU",
    "LE GOFF",
    "HUGUET",
    "FICTIVE",
    "EXEMPLE",
)
_FIRST = {
    "1": ("ANDRÉ", "LÉO", "PAUL", "KARIM", "JEAN-MARC", "THÉO"),
    "2": ("INÈS", "CHLOÉ", "ANNE", "FRANÇOISE", "MAËLLE", "ZOÉ"),
}


def make_siren(random: Random) -> str:
    """Nine digits starting with 999, a range that is not allotted."""
    body = f"999{random.randrange(100_000):05d}"
    return body + str(luhn.calc_check_digit(body))


def make_siret(siren: str, place: int) -> str:
    """`place`: 1 for the head office, 2 and more for the others."""
    body = f"{siren}{place:04d}"
    return body + str(luhn.calc_check_digit(body))


def make_nir(random: Random, rank: int) -> str:
    """Born abroad (99) in 999 and before, countries that do not exist."""
    sex = random.choice("12")
    year, month = random.randrange(62, 99), random.randrange(1, 13)
    thousands, order = divmod(rank, 1000)
    return f"{sex}{year}{month:02d}99{999 - thousands}{order:03d}"


def make_ntt(random: Random, siren: str, rank: int) -> str:
    return f"{random.choice('12')}{siren}F{rank:04d}"


def make_person(
    random: Random,
    rank: int,
    siret: str,
    contracts: tuple[Contract, ...],
    has_nir: bool = True,
) -> Person:
    nir = make_nir(random, rank)
    number = nir if has_nir else make_ntt(random, siret[:9], rank)
    return Person(
        number=number,
        has_nir=has_nir,
        family_name=random.choice(_FAMILY),
        first_name=random.choice(_FIRST[number[0]]),
        birth=date(1900 + int(nir[1:3]), int(nir[3:5]), 1 + rank % 28),
        siret=siret,
        contracts=contracts,
    )

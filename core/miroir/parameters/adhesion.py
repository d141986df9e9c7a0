"""Dated rules of what an adhesion contract may hold.

Data: `agirc_arrco.toml`. Asking for a date outside raises BeyondHorizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from miroir import parameters
from miroir.parameters import row_at


@dataclass(frozen=True, slots=True)
class Categories:
    """Categories of S21.G00.40.003 that have conditions; the extended one."""

    codes: tuple[str, ...]
    extension: str
    source: str


@dataclass(frozen=True, slots=True)
class RateBounds:
    """Percents before the call rate: the floors, and the highest usually met."""

    floor_t1: Decimal
    floor_t2: Decimal
    highest_t1: Decimal
    highest_t2: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Split:
    """The employer's share of the contribution, in percent."""

    standard: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of employees, and the text that it comes from."""

    employees: int
    source: str


@cache
def categories(day: date) -> Categories:
    """Which categories a contract may hold."""
    row = row_at("adhesion_category", day)
    return Categories(tuple(row["codes"]), str(row["extension"]), str(row["source"]))


@cache
def rate_bounds(day: date) -> RateBounds:
    """Between which rates a contract is expected."""
    row, scheme = row_at("adhesion_rate", day), parameters.scheme(day)
    return RateBounds(
        floor_t1=scheme.standard_t1,
        floor_t2=scheme.standard_t2,
        highest_t1=Decimal(row["highest_t1"]),
        highest_t2=Decimal(row["highest_t2"]),
        source=str(row["source"]),
    )


@cache
def split(day: date) -> Split:
    """How the contribution is shared without any agreement."""
    scheme = parameters.scheme(day)
    source = str(row_at("adhesion_split", day)["source"])
    return Split(scheme.standard_employer_share, source)


@cache
def quarterly(day: date) -> Limit:
    """The most employees with whom a company may pay by the quarter."""
    row = row_at("adhesion_periodicity", day)
    return Limit(int(row["quarterly_up_to"]), str(row["source"]))


@cache
def large(day: date) -> Limit:
    """The employees from whom the general reduction takes its higher T."""
    row = row_at("adhesion_headcount", day)
    return Limit(int(row["from_employees"]), str(row["source"]))

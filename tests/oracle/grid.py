"""The grid of salaries, and what this project finds due on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from miroir import parameters
from miroir.recomputation.contributions import contribution_lines, rates_for
from miroir.recomputation.cumulation import Cumul, month_tranches
from miroir.types.period import Month

LINES = ("retirement", "ceg", "cet", "apec")
SHARES = ("employer", "employee")
LABELS = {
    "Retraite T1": "retirement",
    "Retraite T2": "retirement",
    "CEG T1": "ceg",
    "CEG T2": "ceg",
    "CET": "cet",
    "Apec": "apec",
}

# Monthly ceilings of 2019 to 2026 (arrêtés annuels), then 4 of them, where
# Apec stops, and 8, where tranche 2 does; a cent above where a rule starts.
_CEILINGS = ("3377", "3428", "3666", "3864", "3925", "4005")
_ROUND = (
    "500 1000 1500 2000 2500 3000 3500 4000 4500 5000 6000 8000 10000"
    " 20000 25000 30000 35000 40000"
)
_ODD = "1823.03 7777.77 12345.67 16020.01"  # the SMIC of January 2026, and others


@dataclass(frozen=True, slots=True)
class Point:
    """One full month, full time, one employer."""

    year: int
    cadre: bool
    salary: Decimal

    @property
    def cents(self) -> int:
        return int(self.salary * 100)

    def __str__(self) -> str:
        who = "cadre" if self.cadre else "non-cadre"
        return f"{self.year} {who} {self.salary}"


Result = Mapping[tuple[str, str], Decimal]
"""Euros by line and share."""


def salaries() -> tuple[Decimal, ...]:
    found = {Decimal(text) for text in (_ROUND + " " + _ODD).split()}
    for text in _CEILINGS:
        ceiling = Decimal(text)
        found |= {ceiling, ceiling + Decimal("0.01"), 4 * ceiling, 8 * ceiling}
    return tuple(sorted(found))


def points(first: int = 2019) -> list[Point]:
    return [
        Point(year, cadre, salary)
        for year in range(first, 2027)
        for cadre in (True, False)
        for salary in salaries()
    ]


def ours(point: Point) -> Result:
    """What this project finds due in March, each line rounded to the cent."""
    month = Month(point.year, 3)
    ceiling = parameters.ceiling(month.first)
    cadre_gross = point.cents if point.cadre else 0
    rates = rates_for(None, month.first)
    after = Cumul().plus(point.cents, ceiling, cadre_gross)
    tranches = month_tranches(Cumul(), after, rates.scheme)
    found = {(line, share): Decimal(0) for line in LINES for share in SHARES}
    for line in contribution_lines(tranches, rates, point.cadre):
        name = LABELS[line.label]
        found[name, "employer"] += Decimal(line.employer) / 100
        found[name, "employee"] += Decimal(line.employee) / 100
    return found


def too_far(point: Point, theirs: Result, allowed: Decimal) -> list[str]:
    """The lines further apart than allowed, told in full."""
    mine = ours(point)
    return [
        f"{point} {line} {share}: {mine[line, share]} here, {theirs[line, share]}"
        for line, share in mine
        if abs(mine[line, share] - theirs[line, share]) > allowed
    ]

"""What is at stake for one company, every amount with how it was made.

Amounts and points are declared minus due, as gaps are: what is negative is
missing. Everything is an estimate on one day, never a claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from miroir.parameters.rights import PointPrice
from miroir.types.amounts import Cents
from miroir.types.diagnosis import Cause, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


class Standing(StrEnum):
    """What a gap means for the company."""

    CLAIMED = "claimed"
    """Established, and for the company to correct."""
    OPEN = "open"
    """Not settled: counted, and said to be so."""
    OURS = "ours"
    """The origin is on the GPS's side: nothing is asked of the company."""
    SETTLED = "settled"
    """Legitimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseStake:
    """What one cause accounts for, in cents."""

    cause: Cause
    status: Status
    standing: Standing
    amount: Cents
    months: tuple[Month, ...]
    persons: tuple[PersonNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateMonth:
    """One month late from its first day, at its own rate (percent)."""

    begins: date
    percent: Decimal
    amount: Cents
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """What one payment lacks, or has too much of: a month, or a quarter.

    `balance`: paid minus due. `open`: the part of it that is not settled.
    `overdue`: its day has passed; without any `late`, no rate is known, or it is
    `out_of_time`: the claim is older than the prescription, which only a human
    decides to set aside: no surcharge is counted.
    """

    siret: str
    periods: tuple[Month, ...]
    quarterly: bool
    due_on: date
    overdue: bool
    balance: Cents
    open: Cents
    late: tuple[LateMonth, ...]
    least: Cents
    out_of_time_on: date
    out_of_time: bool

    @property
    def owed(self) -> Cents:
        return max(-self.balance, 0)

    @property
    def surcharge(self) -> Cents:
        """At the rate of each month late, before any least amount."""
        return sum(month.amount for month in self.late)

    @property
    def at_least(self) -> Cents:
        """The same, were the least amount of a payment claimed."""
        return max(self.surcharge, self.least) if self.late else 0


@dataclass(frozen=True, kw_only=True)
class LinePoints:
    """The points of one employee and month.

    `t1`, `t2`: declared minus due bases, in cents, whose points are bought at
    `rate_t1` and `rate_t2` (percent). `contributions`: what is declared minus
    due on right bases and buys points, at calculation rates, in cents.
    """

    period: Month
    t1: Cents
    t2: Cents
    rate_t1: Decimal
    rate_t2: Decimal
    contributions: Fraction
    price: PointPrice

    @property
    def by_bases(self) -> Fraction:
        """Points of the bases, exact."""
        worth = self.t1 * Fraction(self.rate_t1) + self.t2 * Fraction(self.rate_t2)
        return worth / 10_000 / Fraction(self.price.euros)

    @property
    def by_contributions(self) -> Fraction:
        """Points of contributions that are missing on right bases, exact."""
        return self.contributions / 100 / Fraction(self.price.euros)

    @cached_property
    def points(self) -> Fraction:
        return self.by_bases + self.by_contributions


@dataclass(frozen=True, kw_only=True)
class EmployeePoints:
    """The points of one employee over all months with a gap."""

    person: PersonNumber
    lines: tuple[LinePoints, ...]

    @cached_property
    def points(self) -> Decimal:
        """To the hundredth, rounded once."""
        return hundredth(sum((one.points for one in self.lines), Fraction()))


class Subject(StrEnum):
    """What has no figure, as it is said in French."""

    SURCHARGES = "majorations de retard"
    POINTS = "points de retraite"
    UNDECLARED = "ce qui n’a pas été déclaré"
    PAYMENT = "versement"
    NOT_COMPUTED = "cotisations et points"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPriced:
    """Something that has no figure, and why, in French."""

    what: Subject
    why: str
    months: tuple[Month, ...] = ()
    persons: tuple[PersonNumber, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What is at stake for one company on the day `on`, amounts in cents.

    `ours` is what has its origin on the GPS's side and is counted nowhere
    else. `next_day` is when surcharges next grow, `next_surcharge` what they
    would then be; None beyond the horizon, or when nothing is owed.
    """

    siren: str
    on: date
    causes: tuple[CauseStake, ...]
    instalments: tuple[Instalment, ...]
    employees: tuple[EmployeePoints, ...]
    not_priced: tuple[NotPriced, ...]
    ours: Cents = 0
    next_day: date | None = None
    next_surcharge: Cents | None = None
    sources: tuple[str, ...] = ()

    @property
    def owed(self) -> Cents:
        return sum(one.owed for one in self.instalments)

    @property
    def overpaid(self) -> Cents:
        return sum(max(one.balance, 0) for one in self.instalments)

    @property
    def open(self) -> Cents:
        """The part of what is owed that is not settled yet."""
        return sum(
            min(max(-one.open, 0), one.owed) for one in self.instalments if one.owed
        )

    @property
    def late(self) -> tuple[Instalment, ...]:
        return tuple(one for one in self.instalments if one.late)

    @property
    def rated(self) -> bool:
        """Whether a rate is known for every payment that is late."""
        return not any(
            one.overdue and one.owed and not one.late and not one.out_of_time
            for one in self.instalments
        )

    @property
    def surcharge(self) -> Cents:
        return sum(one.surcharge for one in self.instalments)

    @property
    def at_least(self) -> Cents:
        return sum(one.at_least for one in self.instalments)

    @property
    def out_of_time(self) -> tuple[Instalment, ...]:
        return tuple(one for one in self.instalments if one.out_of_time)

    @property
    def missing_points(self) -> Decimal:
        """Of the employees who lack some, never negative."""
        return -_sum(one.points for one in self.employees if one.points < 0)

    @property
    def excess_points(self) -> Decimal:
        return _sum(one.points for one in self.employees if one.points > 0)


def hundredth(value: Fraction) -> Decimal:
    """The nearest hundredth; halves go away from zero."""
    hundredths, rest = divmod(abs(value) * 100, 1)
    whole = int(hundredths) + (1 if rest * 2 >= 1 else 0)
    return Decimal(whole if value >= 0 else -whole).scaleb(-2)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal())

"""Months missing since January: what they allow, and when nothing does.

Let D be the pay less the ceilings since January, before a month of pay B and
ceiling P. Base 02 says what D was:

    base 02 = P < B: D >= 0        base 02 = B > P: D <= P - B
    base 02 = B < P: D <= 0        base 02 = P > B: D >= P - B
    in between: D = P - base 02 when B > P, base 02 - B when B < P

D is carried from month to month, and a missing month lowers it by a ceiling
at most. While some D fits, the missing months decide and nothing is concluded.
When none does, no past makes the declaration right: the missing months are
taken at the person's usual pay, and the year is computed on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median

from miroir import parameters
from miroir.recomputation.pricing import MissingMonths, MonthInput
from miroir.types.amounts import Cents
from miroir.types.calculation import Basis
from miroir.types.period import Month

ROUNDING: Cents = 2
NO_BOUND: Cents = 10**12


def missed_ceilings(expected: Month, month: Month) -> Cents:
    """Ceilings of the months missing before a month, taken as full."""
    if expected >= month:
        return 0
    count = sum(1 for _ in expected.until(month.previous))
    return count * parameters.ceiling(month.first)


def with_past(first: Month, months: Sequence[MonthInput]) -> Sequence[MonthInput]:
    """The months as they are or, where no past could explain them, with the
    missing ones at the usual pay. `first`: where the sums start."""
    complete = all(given.known for given in months)
    unclear = any(
        given.facts.why_declared_bases or given.ceiling.has_option for given in months
    )
    if complete or unclear or _explicable(first, months):
        return months
    usual = _usual_pay(months)
    filled, expected = [], first
    for given in months:
        ceilings = missed_ceilings(expected, given.facts.month)
        missing = MissingMonths(int(ceilings * usual), ceilings)
        guess = Basis.CUMULATED if given.known else Basis.ESTIMATED
        filled.append(replace(given, known=True, missing=missing, basis=guess))
        expected = given.facts.month.next
    return filled


def _usual_pay(months: Sequence[MonthInput]) -> Fraction:
    """The middle of the pays, in ceilings."""
    return median(
        Fraction(given.facts.gross, given.ceiling.usual)
        for given in months
        if given.ceiling.usual
    )


@dataclass(slots=True)
class _Bounds:
    """What D can be."""

    low: Cents = 0
    high: Cents = 0

    def narrow(self, low: Cents, high: Cents) -> None:
        self.low, self.high = max(self.low, low), min(self.high, high)

    def shift(self, amount: Cents) -> None:
        self.low, self.high = self.low + amount, self.high + amount


def _explicable(first: Month, months: Sequence[MonthInput]) -> bool:
    """Whether some pay of the missing months gives the bases declared."""
    bounds, expected = _Bounds(), first
    slack = 0
    for given in months:
        facts, ceiling = given.facts, given.ceiling.usual
        ceilings = missed_ceilings(expected, facts.month)
        if ceilings:
            bounds = _Bounds(bounds.low - ceilings, NO_BOUND)
        expected = facts.month.next
        low, high = _said(facts.gross, ceiling, facts.capped)
        bounds.narrow(low, high)
        slack += 2 * ROUNDING
        if bounds.low > bounds.high + slack:
            return False
        bounds.shift(facts.gross - ceiling)
    return True


def _said(pay: Cents, ceiling: Cents, capped: Cents) -> tuple[Cents, Cents]:
    """The bounds that one base 02 sets on D; low above high: none at all."""
    small, large = min(pay, ceiling), max(pay, ceiling)
    if not small - ROUNDING <= capped <= large + ROUNDING:
        return NO_BOUND, -NO_BOUND
    if large - small <= ROUNDING:
        return -NO_BOUND, NO_BOUND
    if pay > ceiling:
        if capped <= ceiling + ROUNDING:
            return 0, NO_BOUND
        if capped >= pay - ROUNDING:
            return -NO_BOUND, ceiling - pay
        return ceiling - capped, ceiling - capped
    if capped <= pay + ROUNDING:
        return -NO_BOUND, 0
    if capped >= ceiling - ROUNDING:
        return ceiling - pay, NO_BOUND
    return capped - pay, capped - pay

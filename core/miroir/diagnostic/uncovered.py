"""What a sample leaves open: an estimate, and a bound that holds.

The random ones of a sample are drawn without replacement from all that was not
chosen. How many of those are doubtful follows a hypergeometric law: the largest
number that still leaves the draw as likely as asked is an exact upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import comb

from miroir.types.amounts import Cents


def doubtful(
    left: Sequence[Cents], *, drawn: int, doubted: int, confidence: Decimal
) -> tuple[Cents | None, Cents]:
    """How much of what is `left` is doubtful: estimate and bound, in cents.

    `left`: the amounts not studied. `drawn`: the size of the random tail, of
    which `doubted` turned out doubtful. The estimate is the same part of what
    is left, None without a draw; the bound takes the largest amounts.
    """
    whole = sum(left)
    if not drawn:
        return (None if left else 0), whole
    most = most_doubtful(len(left) + drawn, drawn, doubted, confidence) - doubted
    largest = sorted(left, reverse=True)[:most]
    return _nearest(Fraction(whole * doubted, drawn)), sum(largest)


def most_doubtful(
    population: int, drawn: int, doubted: int, confidence: Decimal
) -> int:
    """The exact one-sided upper bound of the doubtful ones of a population.

    The largest number D for which a draw without replacement shows `doubted`
    or fewer with a probability above 1 - confidence.
    """
    risk = 1 - Fraction(confidence)
    low, high = doubted, population - (drawn - doubted)
    while low < high:
        middle = (low + high + 1) // 2
        if _at_most(doubted, population, middle, drawn) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def _at_most(seen: int, population: int, doubtful: int, drawn: int) -> Fraction:
    """The probability of drawing `seen` doubtful ones or fewer."""
    ways = sum(
        comb(doubtful, each) * comb(population - doubtful, drawn - each)
        for each in range(min(seen, doubtful) + 1)
    )
    return Fraction(ways, comb(population, drawn))


def _nearest(value: Fraction) -> Cents:
    """The nearest cent; amounts here are never negative."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)

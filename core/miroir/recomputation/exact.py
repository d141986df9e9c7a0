"""Exact ratios, rounded once.

A Decimal division is cut at 28 digits: what follows it may fall on the wrong
side of an exact half of a cent. Ratios are kept whole until they are rounded.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from math import isqrt

from miroir import parameters
from miroir.types.amounts import Cents


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to a ratio; halves go away from zero.

    `denominator` is above zero.
    """
    whole, rest = divmod(abs(numerator), denominator)
    if 2 * rest >= denominator:
        whole += 1
    return whole if numerator >= 0 else -whole


def rounded(value: Fraction) -> Cents:
    """The whole number nearest to a fraction; halves go away from zero."""
    return half_up(value.numerator, value.denominator)


def half_up_power(factor: Fraction, base: Fraction, power: Fraction) -> int:
    """`factor` x `base` ^ `power` to the nearest whole number, halves up.

    All are positive; the denominator of `power` is a power of two (1.75 is
    7 / 4). The root of a whole part has the whole part of the root, so integer
    square roots give twice the value, rounded down, without any error.
    """
    roots = power.denominator.bit_length() - 1
    if power.denominator != 1 << roots:
        raise ValueError(f"{power} is not a whole number of halves, quarters, eighths…")
    doubled = (2 * factor) ** power.denominator * base**power.numerator
    floor = doubled.numerator // doubled.denominator
    for _ in range(roots):
        floor = isqrt(floor)
    return (floor + 1) // 2


@cache
def monthly_smic(day: date) -> Fraction:
    """The monthly SMIC in cents: an hourly amount x 35 x 52 / 12, in thirds.

    The parameter holds 28 digits of it, which leave one fraction possible.
    """
    return Fraction(parameters.monthly_smic(day)).limit_denominator(300)

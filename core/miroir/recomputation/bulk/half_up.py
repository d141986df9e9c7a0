"""Exact cents in int64: half-up rounding, halves away from zero.

Sizes are rounded, signs come back after: a half of either sign then goes away
from zero. Half the divisor is added and the quotient rounded down; numpy
divides unsigned integers by a constant twice as fast as signed ones.

By an array: `floor(|n| / d + 0.5)` in float64 is exact while |n| + d stays
under 2^51. Were the nearest whole number m, m - 1/2 <= |n| / d, a bound that
float64 holds, and |n| / d <= m + 1/2 - 1 / 2d; as floats are closer than 1 / 2d
there, neither the quotient nor the sum can reach the next half. Beyond, whole
numbers are divided, several times as slowly.
"""

from __future__ import annotations

import numpy as np

from miroir.recomputation.bulk.rows import Ints

LIMIT = 10**12
"""No base, in cents, reaches it: products by a rate stay under 2^60."""
MILLION = 1_000_000
_QUOTIENT_LIMIT = 1 << 62
_FLOAT_LIMIT = 1 << 51


def half_up(values: Ints, divisor: int | Ints) -> Ints:
    """`values / divisor` to the nearest whole number, divisors above zero.

    Raises OverflowError from 2^62 on, where sums could wrap.
    """
    sizes, widest = _sizes(values, _QUOTIENT_LIMIT)
    if isinstance(divisor, int):
        found = _by_constant(sizes, divisor)
    elif widest + _sizes(divisor, _QUOTIENT_LIMIT)[1] < _FLOAT_LIMIT:
        found = np.floor(sizes / divisor + 0.5).astype(np.int64)
    else:
        found = sizes + (divisor >> 1)
        found //= divisor
    return _signed(found, values)


def apply_rates(base: Ints, *rates: int | Ints) -> Ints:
    """The sum of shares of a base in cents, each rounded to the nearest cent.

    `rates`: in millionths, from zero to one million. Raises OverflowError for
    a base from 10^12 cents on.
    """
    sizes, _ = _sizes(base, LIMIT)
    first, *others = (_by_constant(sizes * rate, MILLION) for rate in rates)
    for other in others:
        first += other
    return _signed(first, base)


def _by_constant(sizes: Ints, divisor: int) -> Ints:
    """The quotients, in the place of the sizes."""
    sizes += divisor // 2
    unsigned = sizes.view(np.uint64)
    unsigned //= np.uint64(divisor)
    return sizes


def _signed(sizes: Ints, signs: Ints) -> Ints:
    """Each size with the sign of the number beside it, in the sizes' place."""
    if sizes.size and signs.min() < 0:
        below = signs >> 63
        sizes ^= below
        sizes -= below
    return sizes


def check(widest: int, limit: int) -> None:
    """Raises OverflowError when the largest amount reaches a limit."""
    if widest >= limit:
        raise OverflowError(
            f"an amount reaches {limit:.0e} in absolute value: such a row is for"
            " the full recomputation, which has no bound"
        )


def _sizes(values: Ints, limit: int) -> tuple[Ints, int]:
    """Absolute values and the largest; raises OverflowError beyond a limit."""
    sizes = np.abs(values)
    widest = int(sizes.max()) if sizes.size else 0
    # The absolute value of the least number of all stays below zero.
    check(widest if widest >= 0 else limit, limit)
    return sizes, widest

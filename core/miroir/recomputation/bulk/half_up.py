"""Exact cents in int64: half-up rounding, halves away from zero.

By a constant: half the divisor is added and the quotient rounded down, one
less being added to negative values, for their halves go down. Values are first
moved up by a whole number of divisors: numpy divides unsigned integers three
times as fast as signed ones.

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
    low, high = _bounds(values, _QUOTIENT_LIMIT)
    if isinstance(divisor, int):
        return _by_constant(values.copy(), divisor, low)
    widest = _bounds(divisor, _QUOTIENT_LIMIT)[1]
    if max(-low, high) + widest < _FLOAT_LIMIT:
        return _in_floats(values, divisor)
    return _in_integers(values, divisor)


def apply_rates(base: Ints, *rates: int | Ints) -> Ints:
    """The sum of shares of a base in cents, each rounded to the nearest cent.

    `rates`: in millionths, from zero to one million. Raises OverflowError for
    a base from 10^12 cents on.
    """
    low, _ = _bounds(base, LIMIT)
    first, *others = (_by_constant(base * rate, MILLION, low) for rate in rates)
    for other in others:
        first += other
    return first


def _by_constant(values: Ints, divisor: int, low: int) -> Ints:
    """The quotients, in the place of the values. `low`: their lowest, or that
    of anything of the same signs."""
    up = 0
    if low < 0:
        up = _QUOTIENT_LIMIT // divisor
        if divisor % 2 == 0:
            values += values >> 63
    values += divisor // 2 + up * divisor
    unsigned = values.view(np.uint64)
    unsigned //= np.uint64(divisor)
    if up:
        values -= up
    return values


def _in_floats(values: Ints, divisor: Ints) -> Ints:
    wanted = values.astype(np.float64)
    found = np.floor(np.abs(wanted) / divisor + 0.5)
    return np.copysign(found, wanted).astype(np.int64)


def _in_integers(values: Ints, divisor: Ints) -> Ints:
    even = (divisor & 1) - 1
    result: Ints = values + (divisor >> 1) + ((values >> 63) & even)
    result //= divisor
    return result


def _bounds(values: Ints, limit: int) -> tuple[int, int]:
    """The lowest and the highest value; raises OverflowError beyond a limit."""
    if not len(values):
        return 0, 0
    low, high = int(values.min()), int(values.max())
    if max(-low, high) >= limit:
        raise OverflowError(
            f"an amount reaches {limit:.0e} in absolute value: such a row is for"
            " the full recomputation, which has no bound"
        )
    return low, high

"""Exact cents: half-up rounding, halves away from zero, of int64 columns.

In float64, `floor(|n| / d + 0.5)` is exact while |n| + d stays under 2^51. Were
the nearest whole number m, m - 1/2 <= |n| / d, a bound that float64 holds, and
|n| / d <= m + 1/2 - 1 / 2d; as floats are closer than 1 / 2d there, neither the
quotient nor the sum can reach the next half. The processor divides floats
several times as fast as whole numbers, which are divided beyond that limit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from miroir.recomputation.bulk.rows import Ints

LIMIT = 10**12
"""No base, in cents, reaches it: products by a rate stay under 2^60."""
MILLION = 1_000_000
_QUOTIENT_LIMIT = 1 << 62
_FLOAT_LIMIT = 1 << 51
_Floats = NDArray[np.float64]


def half_up(values: Ints, divisor: int | Ints) -> Ints:
    """`values / divisor` to the nearest whole number, divisors above zero.

    Raises OverflowError from 2^62 on, where sums could wrap.
    """
    widest = divisor if isinstance(divisor, int) else _widest(divisor, _QUOTIENT_LIMIT)
    if _widest(values, _QUOTIENT_LIMIT) + widest >= _FLOAT_LIMIT:
        return _in_integers(values, divisor)
    signed = values.astype(np.float64)
    found = np.abs(signed)
    found /= divisor
    return _signed(_nearest(found), signed)


def apply_rates(base: Ints, *rates: int | Ints) -> Ints:
    """The sum of shares of a base in cents, each rounded to the nearest cent.

    `rates`: in millionths, from zero to one million. Raises OverflowError for
    a base from 10^12 cents on.
    """
    if (_widest(base, LIMIT) + 1) * MILLION >= _FLOAT_LIMIT:
        total = np.zeros_like(base)
        for rate in rates:
            total += _in_integers(base * rate, MILLION)
        return total
    signed = base.astype(np.float64)
    size, sums = np.abs(signed), np.zeros(base.shape)
    for rate in rates:
        share = size * (rate if isinstance(rate, int) else rate.astype(np.float64))
        share /= MILLION
        sums += _nearest(share)
    return _signed(sums, signed)


def _nearest(values: _Floats) -> _Floats:
    """Of values from zero up, in their place."""
    values += 0.5
    return np.floor(values, out=values)


def _signed(sizes: _Floats, signs: _Floats) -> Ints:
    return np.copysign(sizes, signs, out=sizes).astype(np.int64)


def _in_integers(values: Ints, divisor: int | Ints) -> Ints:
    """By whole numbers: halves of negative values go down when there are any."""
    even = (divisor & 1) - 1
    result: Ints = values + (divisor >> 1) + ((values >> 63) & even)
    result //= divisor
    return result


def _widest(values: Ints, limit: int) -> int:
    """The largest absolute value; raises OverflowError beyond a limit."""
    if not len(values):
        return 0
    widest = max(-int(values.min()), int(values.max()))
    if widest >= limit:
        raise OverflowError(
            f"an amount reaches {limit:.0e} in absolute value: such a row is for"
            " the full recomputation, which has no bound"
        )
    return widest

"""106 due where a reduction is claimed: `claimed` and `reduction` for many.

A bulk row knows every month, so two ways are lawful, by month and on the sums
since January, for each headcount that the adhesion leaves possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from miroir.recomputation.bulk.half_up import half_up
from miroir.recomputation.bulk.rows import Ints, Mask
from miroir.recomputation.bulk.tariffs import TEN_THOUSANDTHS, ReductionTariffs
from miroir.recomputation.claimed import ROUNDING, SAME
from miroir.recomputation.exact import half_up_power

Floats = NDArray[np.float64]

_NEVER = 1 << 62
_HIGH = 2.0
"""A ratio whose coefficient is above T already, whatever it is exactly."""
_GUARD = 1e-6
"""Far more than the error of float64 on a coefficient in ten-thousandths."""


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Rows that claim a reduction, in cents: pay and SMIC of the month and of
    the year so far, reduction already given, 106 declared; `social`,
    `pension`: the 018 and 106 that the reduction is told by."""

    gross: Ints
    smic: Ints
    year_gross: Ints
    year_smic: Ints
    given: Ints
    declared: Ints
    social: Ints
    pension: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """106 due, and how it was found: as in `MonthDue`."""

    amount: Ints
    size: Ints
    yearly: Mask

    @classmethod
    def nothing(cls, count: int) -> Reduced:
        zeros = np.zeros(count, np.int64)
        return cls(zeros, np.full(count, -1), np.zeros(count, bool))


def reduction_106(claims: Claims, rules: ReductionTariffs, tariff: Ints) -> Reduced:
    """106 due: of the lawful amounts, the one that 018 and 106 together show,
    then the nearest to the 106 declared, then the first."""
    best = np.full(len(tariff), _NEVER)
    near, found = best.copy(), Reduced.nothing(len(tariff))
    for size, amount, yearly, claimed, possible in _options(claims, rules, tariff):
        whole = np.maximum(np.abs(claimed - amount) - ROUNDING, 0)
        own = np.abs(claims.declared - amount)
        better = (whole < best) | ((whole == best) & (own < near))
        better &= possible
        np.copyto(best, whole, where=better)
        np.copyto(near, own, where=better)
        np.copyto(found.amount, amount, where=better)
        np.copyto(found.yearly, yearly, where=better)
        found.size[better] = size
    return found


def _options(
    claims: Claims, rules: ReductionTariffs, tariff: Ints
) -> Iterator[tuple[int, Ints, Mask, Ints, Mask]]:
    """By month, then on the year, for each headcount: its rank, the amount,
    where it differs from the one by month, what is claimed, where it is open."""
    points = rules.points.take(tariff)
    month = _Pay.of(claims.gross, claims.smic, rules)
    year = _Pay.of(claims.year_gross, claims.year_smic, rules)
    for size in range(len(rules.t)):
        possible = rules.open[size].take(tariff)
        if not possible.any():
            continue
        t = rules.t[size].take(tariff)
        claimed = _claimed(claims, t, points)
        by_month = _part(month, rules, t, points)
        yield size, by_month, np.zeros(len(by_month), bool), claimed, possible
        on_year = _part(year, rules, t, points)
        on_year -= claims.given
        yield size, on_year, np.abs(on_year - by_month) > SAME, claimed, possible


def _claimed(claims: Claims, t: Ints, points: Ints) -> Ints:
    """As `claimed._claimed`: 106 as its share of the reduction declared."""
    social, pension = claims.social, claims.pension
    alone = np.flatnonzero((social != 0) & (np.sign(social) * np.sign(pension) <= 0))
    whole, part = social + pension, t
    if len(alone):
        whole[alone], part = social[alone], t.copy()
        part[alone] -= points[alone]
    whole *= points
    return half_up(whole, part)


@dataclass(frozen=True, slots=True, eq=False)
class _Pay:
    """Pays above zero and their SMIC, 1 and 0 where there is no reduction.

    `height`: (3 SMIC - pay) / (2 pay) to the power of the rules, in float64;
    `least`: Tmin, in ten-thousandths, zero where the height is. Neither with
    the older formula.
    """

    gross: Ints
    smic: Ints
    height: Floats
    least: Ints

    @classmethod
    def of(cls, gross: Ints, smic: Ints, rules: ReductionTariffs) -> _Pay:
        none = np.flatnonzero((gross <= 0) | (smic <= 0))
        if len(none):
            gross, smic = gross.copy(), smic.copy()
            gross[none], smic[none] = 1, 0
        if rules.formula != "3 smic":
            return cls(gross, smic, np.zeros(0), np.zeros(0, np.int64))
        above = 3 * smic
        above -= gross
        height = np.maximum(above, 0) / (2 * gross)
        np.minimum(height, _HIGH, out=height)
        height **= float(rules.power)
        return cls(gross, smic, height, rules.t_minimum * (height > 0))


def _part(pay: _Pay, rules: ReductionTariffs, t: Ints, points: Ints) -> Ints:
    """As `reduction.reduction_part`: zero or negative cents."""
    if rules.formula == "3 smic":
        ratio = _from_2026(pay, rules, t)
    else:
        ratio = half_up(t * (16 * pay.smic - 10 * pay.gross), 6 * pay.gross)
    np.minimum(np.maximum(ratio, 0, out=ratio), t, out=ratio)
    ratio *= pay.gross
    part = half_up(ratio, TEN_THOUSANDTHS)
    part *= points
    return np.negative(half_up(part, t))


def _from_2026(pay: _Pay, rules: ReductionTariffs, t: Ints) -> Ints:
    """Tmin + (T - Tmin) x height, in ten-thousandths.

    float64 gives the value within a relative 1e-14, so the right whole number
    except beside a half; there, the exact one is taken.
    """
    value = pay.height * (t - rules.t_minimum)
    value += 0.5
    down = np.floor(value)
    found = pay.least + down.astype(np.int64)
    value -= down
    value -= 0.5
    for row in np.flatnonzero(np.abs(value, out=value) > 0.5 - _GUARD):
        if pay.least[row]:
            found[row] = rules.t_minimum + half_up_power(
                Fraction(int(t[row]) - rules.t_minimum),
                Fraction(
                    int(3 * pay.smic[row] - pay.gross[row]), int(2 * pay.gross[row])
                ),
                rules.power,
            )
    return found

"""106 due where a reduction is claimed: `claimed` and `reduction` for many.

A bulk row knows every month, so two ways are lawful, by month and on the sums
since January, for each headcount that the adhesion leaves possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from miroir.recomputation.bulk.half_up import half_up
from miroir.recomputation.bulk.rows import Ints, Mask
from miroir.recomputation.bulk.tariffs import TEN_THOUSANDTHS, ReductionTariffs
from miroir.recomputation.claimed import ROUNDING, SAME
from miroir.recomputation.exact import half_up_power

_NEVER = 1 << 62
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
    for size in range(len(rules.t)):
        possible = rules.open[size].take(tariff)
        if not possible.any():
            continue
        t = rules.t[size].take(tariff)
        claimed = _claimed(claims, t, points)
        month = _part(claims.gross, claims.smic, rules, t, points)
        yield size, month, np.zeros(len(month), bool), claimed, possible
        year = _part(claims.year_gross, claims.year_smic, rules, t, points)
        year -= claims.given
        yield size, year, np.abs(year - month) > SAME, claimed, possible


def _claimed(claims: Claims, t: Ints, points: Ints) -> Ints:
    """As `claimed._claimed`: 106 as its share of the reduction declared."""
    social, pension = claims.social, claims.pension
    alone = (social != 0) & (np.sign(social) * np.sign(pension) <= 0)
    whole = np.where(alone, social, social + pension)
    return half_up(whole * points, np.where(alone, t - points, t))


def _part(
    gross: Ints, smic: Ints, rules: ReductionTariffs, t: Ints, points: Ints
) -> Ints:
    """As `reduction.reduction_part`: zero or negative cents."""
    reduced = (gross > 0) & (smic > 0)
    pay = np.where(reduced, gross, 1)
    ratio = _coefficients(pay, np.where(reduced, smic, 0), rules, t)
    return -half_up(half_up(pay * ratio, TEN_THOUSANDTHS) * points, t)


def _coefficients(gross: Ints, smic: Ints, rules: ReductionTariffs, t: Ints) -> Ints:
    """C in ten-thousandths, between 0 and T, for pays above zero."""
    if rules.formula == "3 smic":
        value = _from_2026(gross, smic, rules, t)
    else:
        value = half_up(t * (16 * smic - 10 * gross), 6 * gross)
    return np.minimum(np.maximum(value, 0), t)


def _from_2026(gross: Ints, smic: Ints, rules: ReductionTariffs, t: Ints) -> Ints:
    """Tmin + (T - Tmin) x inner ^ power, in ten-thousandths.

    float64 gives the value within a relative 1e-14, so the right whole number
    except beside a half; there, and for huge ratios, the exact one is taken.
    """
    least, power = rules.t_minimum, float(rules.power)
    inner = np.maximum(3 * smic - gross, 0) / (2 * gross)
    value = (t - least) * np.minimum(inner, 2.0) ** power
    down = np.floor(value)
    found = least + down.astype(np.int64) + (value - down >= 0.5)
    for row in np.flatnonzero(np.abs(value - down - 0.5) < _GUARD):
        found[row] = least + half_up_power(
            Fraction(int(t[row]) - least),
            Fraction(int(3 * smic[row] - gross[row]), int(2 * gross[row])),
            rules.power,
        )
    return np.where(inner > 0, found, 0)

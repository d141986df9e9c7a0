"""The part of the general reduction that falls on Agirc-Arrco (code 106).

    until 2025: C = T / 0.6 x (1.6 x SMIC / pay - 1)
    from 2026:  C = Tmin + (T - Tmin) x [(3 x SMIC / pay - 1) / 2] ^ 1.75

four decimals, between 0 and T, nothing from 1.6 (3) times the SMIC; the part
of Agirc-Arrco is reduction x 6.01 points / T (D.241-7 VI CSS, BOSS § 1160).
The SMIC is the one declared (component 01), adjusted by the employer.
The reduction is computed by month or on the sums since January, both allowed:
it is annual, anticipated by month and regularised in the year (L.241-13).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from miroir.parameters import Reduction
from miroir.recomputation.contributions import Rates
from miroir.recomputation.exact import half_up_power, monthly_smic, rounded
from miroir.types.adhesion import Headcount
from miroir.types.amounts import Cents, round_half_up
from miroir.types.period import Month

_FOUR_DECIMALS = 10_000


@dataclass(frozen=True, slots=True)
class Coefficients:
    """T and the Agirc-Arrco points of it, both as ratios of pay."""

    t: Decimal
    t_minimum: Decimal
    points: Decimal
    headcount: Headcount


@dataclass(frozen=True, slots=True)
class ReductionCumul:
    """Pay and SMIC since January, reduction already given; cents."""

    gross: Cents = 0
    smic: Cents = 0
    given: Cents = 0
    complete: bool = True


def usual_smic(rule: Reduction, month: Month, work: Fraction) -> Cents:
    """The SMIC of a month whose component 01 is absent, in cents.

    `work`: the part of the month that is worked, by days and work quota. A
    month without reduction carries no component, yet counts in the year.
    """
    day = month.january.first if rule.smic_of_january else month.first
    return rounded(monthly_smic(day) * work)


def coefficients(
    rule: Reduction, headcount: Headcount | None, rates: Rates
) -> Iterator[Coefficients]:
    """T by headcount; both when the adhesion does not say.

    An employer share under 6.01 points lowers T and the points alike.
    """
    usual = rates.scheme.called(
        rates.scheme.standard_t1, rates.scheme.standard_employer_share
    )
    missing = max(usual.employer - rates.t1.employer, Decimal(0)) / 100
    points = rule.points / 100 - missing
    choices = {Headcount.UNDER_50: rule.t_under, Headcount.FROM_50: rule.t_from}
    for size, t in choices.items():
        if headcount in (None, size):
            yield Coefficients(t - missing, rule.t_minimum, points, size)


def reduction_part(
    gross: Cents, smic: Cents, rule: Reduction, chosen: Coefficients
) -> tuple[Cents, Decimal]:
    """The reduction that falls on Agirc-Arrco, cents, zero or negative, and C."""
    if gross <= 0 or smic <= 0:
        return 0, Decimal(0)
    ratio = coefficient(gross, smic, rule, chosen)
    whole = round_half_up(gross * ratio)
    return -round_half_up(whole * chosen.points / chosen.t), ratio


@lru_cache(maxsize=4096)
def coefficient(
    gross: Cents, smic: Cents, rule: Reduction, chosen: Coefficients
) -> Decimal:
    """C, four decimals, for a pay above zero; exact on halves.

    Asked again for the same pay by each lawful reading of a year.
    """
    t = Fraction(chosen.t) * _FOUR_DECIMALS
    if rule.formula == "3 smic":
        if 3 * smic <= gross:
            return Decimal(0)
        least = Fraction(rule.t_minimum) * _FOUR_DECIMALS
        inner, power = Fraction(3 * smic - gross, 2 * gross), Fraction(rule.power)
        found = rounded(least) + half_up_power(t - least, inner, power)
    else:
        found = rounded(t * Fraction(16 * smic - 10 * gross, 6 * gross))
    value = Decimal(found) / _FOUR_DECIMALS
    return min(max(value, Decimal(0)), chosen.t)

"""Rates as whole numbers: one row for each adhesion condition, at one month.

Every figure comes from `miroir.parameters`, through the reference's own
`rates_for` and `coefficients`: none is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np

from miroir import parameters
from miroir.parameters import Share
from miroir.recomputation.bulk.calendar import number_of_day
from miroir.recomputation.bulk.rows import Ints, Mask
from miroir.recomputation.contributions import Rates, rates_for
from miroir.recomputation.exact import monthly_smic
from miroir.recomputation.reduction import coefficients
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.amounts import Cents
from miroir.types.period import Month

STANDARD_ROW = 0
"""The row of the standard conditions, for an adhesion that is not known."""
SIZES = (Headcount.UNDER_50, Headcount.FROM_50)
TEN_THOUSANDTHS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """Both shares in millionths of the base: two numbers, or two arrays."""

    employer: int | Ints
    employee: int | Ints

    def take(self, rows: Ints) -> Rate:
        """The shares of some rows; one rate for all stays one."""
        if isinstance(self.employer, int) or isinstance(self.employee, int):
            return self
        if len(self.employer) == 1:
            return Rate(int(self.employer[0]), int(self.employee[0]))
        return Rate(self.employer.take(rows), self.employee.take(rows))


@dataclass(frozen=True, slots=True, eq=False)
class ReductionTariffs:
    """The general reduction, in ten-thousandths of pay.

    `t`, `open`: of shape (sizes, conditions); `open` where a headcount is
    possible, both where the adhesion does not say. `points`: by condition.
    """

    formula: str
    power: Fraction
    t_minimum: int
    t: Ints
    points: Ints
    open: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Tariffs:
    """What a month is computed with.

    `t1`, `t2`, `exemptible`: by condition; `exemptible` is the employee share
    of T1 that an apprentice may be exempt from. The other rates hold for all.
    `smics`: of the month, then of January, in cents; `usual_smic`: the one
    that stands in for an absent component.
    """

    month: Month
    pmss: Cents
    part_time_waivable: bool
    days_contract_proratable: bool
    smics: tuple[Fraction, Fraction]
    usual_smic: Fraction
    t1: Rate
    t2: Rate
    exemptible: Ints
    ceg_t1: Rate
    ceg_t2: Rate
    cet: Rate
    apec: Rate
    t2_ceilings: int
    apec_ceilings: int
    reduction: ReductionTariffs

    @property
    def days(self) -> tuple[int, int]:
        """First and last day of the month, counted from 1970-01-01."""
        first = number_of_day(self.month.first)
        return first, first + self.month.days - 1

    def apprentice_parts(self, made: Ints) -> Ints:
        """Exempt part of the SMIC, in millionths, by the day of the contract.

        Contracts made before 2019 follow the first value.
        """
        from_day, parts = _apprentice_steps()
        step = np.searchsorted(from_day, np.minimum(made, self.days[1]), "right") - 1
        return parts[np.maximum(step, 0)]


def tariffs_of(conditions: Sequence[AdhesionCondition], day: date) -> Tariffs:
    """The tariffs of the month of `day`: row 0 the standard conditions, row
    k + 1 those of `conditions[k]`.

    Raises BeyondHorizon when no rate is published for the day, ValueError when
    a rate is negative or has more than six decimals (as a ratio).
    """
    month = Month.of(day)
    choices = [None, *conditions]
    rates = [rates_for(condition, month.first) for condition in choices]
    scheme = rates[0].scheme
    standard = scheme.called(scheme.standard_t1, scheme.standard_employer_share)
    exempt = [min(standard.employee, each.t1.employee) for each in rates]
    january = monthly_smic(month.january.first)
    smics = (monthly_smic(month.first), january)
    of_january = parameters.reduction(month.first).smic_of_january
    return Tariffs(
        month=month,
        pmss=parameters.ceiling(month.first),
        part_time_waivable=_open("part-time without proration", month),
        days_contract_proratable=_open("reduced forfait-jours with proration", month),
        smics=smics,
        usual_smic=january if of_january else smics[0],
        t1=_rates([each.t1 for each in rates]),
        t2=_rates([each.t2 for each in rates]),
        exemptible=np.array([_millionths(each) for each in exempt]),
        ceg_t1=_rate(scheme.ceg_t1),
        ceg_t2=_rate(scheme.ceg_t2),
        cet=_rate(scheme.cet),
        apec=_rate(scheme.apec),
        t2_ceilings=scheme.t2_ceilings,
        apec_ceilings=scheme.apec_ceilings,
        reduction=_reduction(choices, rates, month),
    )


@cache
def _apprentice_steps() -> tuple[Ints, Ints]:
    """The days from which each exempt part holds, and the parts."""
    days = parameters.apprentice_changes()
    parts = [_millionths(parameters.apprentice_threshold(day)) for day in days]
    return np.array([number_of_day(day) for day in days]), np.array(parts)


def _open(option: str, month: Month) -> bool:
    return parameters.option_open(option, month.first)


def _reduction(
    conditions: Sequence[AdhesionCondition | None], rates: Sequence[Rates], month: Month
) -> ReductionTariffs:
    rule = parameters.reduction(month.first)
    shape = (len(SIZES), len(rates))
    t, is_open = np.ones(shape, np.int64), np.zeros(shape, bool)
    points = np.zeros(len(rates), np.int64)
    for row, (condition, rate) in enumerate(zip(conditions, rates, strict=True)):
        headcount = condition.headcount if condition else None
        for chosen in coefficients(rule, headcount, rate):
            size = SIZES.index(chosen.headcount)
            t[size, row] = _whole(chosen.t, TEN_THOUSANDTHS)
            is_open[size, row] = True
            points[row] = _whole(chosen.points, TEN_THOUSANDTHS)
    return ReductionTariffs(
        formula=rule.formula,
        power=Fraction(rule.power),
        t_minimum=_whole(rule.t_minimum, TEN_THOUSANDTHS),
        t=t,
        points=points,
        open=is_open,
    )


def _rates(shares: Sequence[Share]) -> Rate:
    return Rate(
        np.array([_millionths(share.employer) for share in shares]),
        np.array([_millionths(share.employee) for share in shares]),
    )


def _rate(share: Share) -> Rate:
    return Rate(_millionths(share.employer), _millionths(share.employee))


def _millionths(percent: Decimal) -> int:
    if percent < 0 or percent > 100:
        raise ValueError(f"a rate of {percent} % is not between 0 and 100 %")
    return _whole(percent, TEN_THOUSANDTHS)


def _whole(value: Decimal, unit: int) -> int:
    """So many times `value`, which must be a whole number."""
    scaled = value * unit
    if scaled != int(scaled):
        raise ValueError(f"{value} has more decimals than the bulk rules hold")
    return int(scaled)

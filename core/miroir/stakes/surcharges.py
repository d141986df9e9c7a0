"""Surcharges for late payment, each month late at its own rate.

As many times the rate as there are months or fractions of a month since the
day when the contributions were to be paid (ANI of 17/11/2017, article 45;
circular 2019-1-DRJ, sheet 7). Since 2026 each month takes the rate in force
on its day of payment (amendment 29); before, all take that of the day of payment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from miroir.parameters.rights import payment_terms, surcharge, surcharge_method
from miroir.stakes.model import LateMonth
from miroir.types.amounts import Cents, apply_rate
from miroir.types.period import Month

MONTHS_OF_A_QUARTER = 3


def due_on(period: Month, quarterly: bool) -> date:
    """The day when a month, or the quarter that it is in, is to be paid.

    A Saturday, a Sunday or a holiday does not move it. Raises BeyondHorizon.
    """
    last = period
    while quarterly and last.month % MONTHS_OF_A_QUARTER:
        last = last.next
    paid_in = last.next
    day = payment_terms(period.first).day
    return date(paid_in.year, paid_in.month, day)


def late_months(owed: Cents, due: date, on: date) -> tuple[LateMonth, ...]:
    """The months late that have begun on the day `on`, each with its amount.

    Raises BeyondHorizon when a rate is not published.
    """
    if owed <= 0 or on <= due:
        return ()
    each_month = surcharge_method(on).each_month
    return tuple(
        _late_month(owed, day, day if each_month else on) for day in _days(due, on)
    )


def _late_month(owed: Cents, day: date, rated_on: date) -> LateMonth:
    rate = surcharge(rated_on)
    return LateMonth(
        begins=day + timedelta(days=1),
        percent=rate.percent,
        amount=apply_rate(owed, rate.percent),
        source=rate.source,
    )


def _days(due: date, on: date) -> Iterator[date]:
    """The day of payment, and the same day of each month that passed since."""
    month = Month.of(due)
    while (day := date(month.year, month.month, due.day)) < on:
        yield day
        month = month.next


def least(on: date, quarterly: bool) -> Cents:
    """The least that is claimed for one late payment, by the day of calculation."""
    rate = surcharge(on)
    return rate.least_quarterly if quarterly else rate.least_monthly


def out_of_time_on(due: date, period: Month) -> date:
    """The day from which the claim of a period, or its refund, is out of time."""
    years = payment_terms(period.first).prescription_years
    return due.replace(year=due.year + years)


def next_growth(on: date) -> date:
    """The next day of payment: from the day after, one more month is late."""
    month, day = Month.of(on), payment_terms(on).day
    if on.day > day:
        month = month.next
    return date(month.year, month.month, day)

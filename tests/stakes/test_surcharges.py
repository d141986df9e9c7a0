"""Surcharges by the dated rule, against figures worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from miroir.errors import BeyondHorizon
from miroir.parameters.rights import (
    payment_terms,
    point_price,
    surcharge,
    surcharge_method,
)
from miroir.stakes.surcharges import (
    due_on,
    late_months,
    least,
    next_growth,
    out_of_time_on,
)
from miroir.types.period import Month

JANUARY = Month(2026, 1)


@pytest.mark.parametrize(
    ("year", "price"),
    [
        (2019, "17.0571"),
        (2020, "17.3982"),
        (2021, "17.3982"),
        (2022, "17.4316"),
        (2023, "18.7669"),
        (2024, "19.6321"),
        (2025, "20.1877"),
        (2026, "20.1877"),
    ],
)
def test_the_price_of_a_point_each_year(year: int, price: str) -> None:
    assert point_price(date(year, 1, 1)).euros == Decimal(price)
    assert point_price(date(year, 12, 31)).euros == Decimal(price)


@pytest.mark.parametrize(
    ("year", "percent", "monthly"),
    [
        (2019, "0.60", 3000),
        (2021, "0.60", 3000),
        (2022, "0.60", 3200),
        (2023, "0.60", 3400),
        (2024, "2.86", 3500),
        (2025, "2.86", 3600),
        (2026, "2.53", 3600),
    ],
)
def test_the_rate_and_the_least_amount_of_each_year(
    year: int, percent: str, monthly: int
) -> None:
    found = surcharge(date(year, 6, 30))
    assert found.percent == Decimal(percent)
    assert (found.least_monthly, found.least_quarterly) == (monthly, 3 * monthly)
    assert least(date(year, 6, 30), quarterly=False) == monthly
    assert least(date(year, 6, 30), quarterly=True) == 3 * monthly


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 1)])
@pytest.mark.parametrize(
    "ask", [point_price, surcharge, surcharge_method, payment_terms]
)
def test_nothing_is_known_outside(ask, day: date) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BeyondHorizon):
        ask(day)


def test_the_example_of_the_circular() -> None:
    # 2 000 € of January 2026: 50,60 € for each month begun.
    due = due_on(JANUARY, quarterly=False)
    assert due == date(2026, 2, 25)
    (month,) = late_months(200_000, due, date(2026, 3, 10))
    assert (month.begins, month.amount) == (date(2026, 2, 26), 5060)
    assert "2025-22" in month.source


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2026, 2, 24), 0),
        (date(2026, 2, 25), 0),  # paid on its day
        (date(2026, 2, 26), 1),
        (date(2026, 3, 25), 1),
        (date(2026, 3, 26), 2),
        (date(2026, 12, 31), 11),
    ],
)
def test_a_month_that_has_begun_is_a_whole_one(on: date, months: int) -> None:
    late = late_months(10_000, date(2026, 2, 25), on)
    assert len(late) == months
    assert sum(month.amount for month in late) == months * 253


def test_since_2026_each_month_late_has_its_own_rate() -> None:
    late = late_months(100_000, date(2025, 11, 25), date(2026, 2, 1))
    assert [(month.begins, month.amount) for month in late] == [
        (date(2025, 11, 26), 2860),
        (date(2025, 12, 26), 2860),
        (date(2026, 1, 26), 2530),
    ]


def test_before_2026_all_months_take_the_rate_of_the_payment() -> None:
    late = late_months(100_000, date(2023, 11, 25), date(2024, 1, 10))
    assert [month.amount for month in late] == [2860, 2860]
    late = late_months(100_000, date(2023, 10, 25), date(2023, 12, 20))
    assert [month.amount for month in late] == [600, 600]


def test_nothing_owed_is_never_late() -> None:
    assert late_months(0, date(2026, 2, 25), date(2026, 12, 1)) == ()
    assert late_months(-500, date(2026, 2, 25), date(2026, 12, 1)) == ()


def test_a_calculation_beyond_the_horizon_is_refused() -> None:
    with pytest.raises(BeyondHorizon):
        late_months(100, date(2026, 11, 25), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (Month(2026, 1), date(2026, 4, 25)),
        (Month(2026, 3), date(2026, 4, 25)),
        (Month(2026, 4), date(2026, 7, 25)),
        (Month(2025, 12), date(2026, 1, 25)),
    ],
)
def test_a_quarter_is_paid_the_month_after_it(period: Month, due: date) -> None:
    assert due_on(period, quarterly=True) == due


def test_december_is_paid_in_january_and_out_of_time_five_years_later() -> None:
    december = Month(2026, 12)
    due = due_on(december, quarterly=False)
    assert due == date(2027, 1, 25)
    assert out_of_time_on(due, december) == date(2032, 1, 25)


@pytest.mark.parametrize(
    ("on", "grows"),
    [
        (date(2026, 7, 20), date(2026, 7, 25)),
        (date(2026, 7, 25), date(2026, 7, 25)),
        (date(2026, 7, 26), date(2026, 8, 25)),
        (date(2026, 12, 26), date(2027, 1, 25)),
    ],
)
def test_what_is_owed_grows_after_the_next_day_of_payment(
    on: date, grows: date
) -> None:
    assert next_growth(on) == grows

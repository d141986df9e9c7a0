"""Money: exact cents, half-up rounding, one way to write it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.types.amounts import (
    apply_rate,
    format_cents,
    format_euros,
    parse_cents,
    round_half_up,
)

CENTS = st.integers(-(10**14), 10**14)


@given(CENTS)
def test_what_is_written_is_read_back(cents: int) -> None:
    assert parse_cents(format_cents(cents)) == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12.00", 1200), ("-0.05", -5), ("0.00", 0), ("-0.00", 0), ("0001.11", 111)],
)
def test_amounts_of_the_norm(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.1",
        "1.111",
        "1,11",
        "+1.11",
        ".54",
        " 1.11",
        "1.11 ",
        "1e3",
        "١.١١",
        "1_0.00",
        "--1.00",
        "NaN",
        "1234567890123456.00",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        parse_cents(text)


@given(CENTS, st.integers(0, 100_000))
def test_rates_are_applied_as_decimals_would(cents: int, thousandths: int) -> None:
    percent = Decimal(thousandths) / 1000
    exact = Decimal(cents) * percent / 100
    assert apply_rate(cents, percent) == int(
        exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    )


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-2.5", -3)],
)
def test_halves_go_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded
    assert apply_rate(int(Decimal(value) * 10_000), Decimal("0.01")) == rounded


def test_euros_are_written_as_the_french_do() -> None:
    assert format_euros(123456789) == "1\u202f234\u202f567,89\u00a0€"
    assert format_euros(-5) == "-0,05\u00a0€"

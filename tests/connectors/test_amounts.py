from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.types.amounts import format_cents, format_euros
from miroir_connectors.mapping.amounts import cents_of_number, read_cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 234,56 €", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1'234.56", 123456),
        ("1 234 567", 123456700),
        ("1234567,8", 123456780),
        ("0,05", 5),
        ("-12,50", -1250),
        ("−12,50", -1250),
        ("12,50-", -1250),
        ("(12,50)", -1250),
    ],
)
def test_ways_of_writing_an_amount(text: str, cents: int) -> None:
    assert read_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "1,234", "1.234", "1,2,3", "1.234.56", "1 23,4", "12 34",
        "1e3", "--5", "-5-", "(5", "5)", "1,234,56", "٣", "0x10", "€", "1 234.567",
    ],
)  # fmt: skip
def test_what_is_no_amount_or_two(text: str) -> None:
    with pytest.raises(ValueError):
        read_cents(text)


@given(st.integers(-(10**12), 10**12))
def test_an_amount_written_is_read_again(cents: int) -> None:
    assert read_cents(format_cents(cents)) == cents
    assert read_cents(format_euros(cents)) == cents


@given(st.integers(-(10**12), 10**12))
def test_a_number_of_a_sheet_is_exact(cents: int) -> None:
    assert cents_of_number(cents / 100) == cents


@pytest.mark.parametrize("number", [0.001, 1.005, float("nan"), float("inf")])
def test_a_number_that_is_no_amount(number: float) -> None:
    with pytest.raises(ValueError):
        cents_of_number(number)

"""Columns rounded half-up are those of Decimal, on every tie above all."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.recomputation.bulk.half_up import LIMIT, MILLION, apply_rates, half_up

EXACT = Context(prec=60)
RATES = (0, 24, 36, 14_000, 47_200, 31_500, 215_900, 1_000_000)


def in_decimal(value: int, divisor: int) -> int:
    ratio = EXACT.divide(Decimal(value), Decimal(divisor))
    return int(ratio.to_integral_value(ROUND_HALF_UP))


values = st.integers(-(2**62) + 1, 2**62 - 1)
divisors = st.integers(1, 2**40)


@given(st.lists(st.tuples(values, divisors), min_size=1))
def test_by_an_array(pairs: list[tuple[int, int]]) -> None:
    many, over = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    expected = [in_decimal(*pair) for pair in pairs]
    assert half_up(many, over).tolist() == expected


@given(st.lists(values, min_size=1), divisors)
def test_by_a_constant(many: list[int], divisor: int) -> None:
    expected = [in_decimal(value, divisor) for value in many]
    assert half_up(np.array(many, np.int64), divisor).tolist() == expected


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.integers(1, 10**6))
def test_every_tie_goes_away_from_zero(wholes: list[int], half: int) -> None:
    """(2 w + 1) / 2, and its neighbours one unit of the divisor away."""
    divisor = 2 * half
    ties = np.array(wholes) * divisor + np.where(np.array(wholes) < 0, -half, half)
    for apart in (-1, 0, 1):
        near = ties + apart
        expected = [in_decimal(value, divisor) for value in near.tolist()]
        assert half_up(near, divisor).tolist() == expected
        assert half_up(near, np.full(len(near), divisor)).tolist() == expected


@pytest.mark.parametrize("rate", RATES)
def test_every_base_of_a_rate_that_falls_on_half_a_cent(rate: int) -> None:
    step = MILLION // np.gcd(rate, MILLION) if rate else 1
    bases = np.arange(-20_000, 20_000, dtype=np.int64) * max(int(step) // 2, 1)
    expected = [in_decimal(base * rate, MILLION) for base in bases.tolist()]
    assert apply_rates(bases, rate).tolist() == expected
    assert apply_rates(bases, np.full(len(bases), rate)).tolist() == expected


@given(st.lists(st.integers(-LIMIT + 1, LIMIT - 1), min_size=1))
def test_each_share_is_rounded_before_the_sum(bases: list[int]) -> None:
    shares = [[in_decimal(base * rate, MILLION) for rate in RATES] for base in bases]
    found = apply_rates(np.array(bases, np.int64), *RATES)
    assert found.tolist() == [sum(own) for own in shares]


def test_what_is_given_is_left_as_it_is() -> None:
    base = np.array([-150, 150])
    half_up(base, 100)
    half_up(base, np.array([100, 100]))
    apply_rates(base, 47_200)
    assert base.tolist() == [-150, 150]


def test_nothing_gives_nothing() -> None:
    none = np.zeros(0, np.int64)
    assert half_up(none, 7).tolist() == half_up(none, none).tolist() == []
    assert apply_rates(none, 47_200).tolist() == []


def test_beyond_the_bounds_nothing_is_rounded() -> None:
    with pytest.raises(OverflowError, match="full recomputation"):
        apply_rates(np.array([LIMIT]), 1)
    for extreme in (2**62, -(2**62), -(2**63)):
        with pytest.raises(OverflowError, match="full recomputation"):
            half_up(np.array([extreme]), 3)

"""The bound on what is left out, held against every draw that could be made."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from miroir.diagnostic.uncovered import doubtful, most_doubtful

SURE = Decimal("0.95")


@pytest.mark.parametrize("population, drawn", [(8, 3), (12, 4), (10, 10), (9, 1)])
@pytest.mark.parametrize("confidence", [Decimal("0.8"), SURE])
def test_the_bound_is_wrong_as_seldom_as_asked(
    population: int, drawn: int, confidence: Decimal
) -> None:
    """Whatever the truth, count the draws whose bound does not hold it."""
    draws = list(combinations(range(population), drawn))
    for truth in range(population + 1):
        wrong = sum(
            most_doubtful(
                population, drawn, sum(each < truth for each in draw), confidence
            )
            < truth
            for draw in draws
        )
        assert wrong <= (1 - confidence) * len(draws)


def test_the_bound_is_the_smallest_that_holds() -> None:
    # None of 10 among 100: 25 doubtful ones would show none in 4.8 % of the draws.
    assert most_doubtful(100, 10, 0, SURE) == 24
    assert most_doubtful(100, 100, 7, SURE) == 7
    assert most_doubtful(100, 10, 10, SURE) == 100


def test_the_bound_takes_the_largest_amounts() -> None:
    left = [each * 100 for each in range(1, 91)]
    amount, bound = doubtful(left, drawn=10, doubted=0, confidence=SURE)
    assert amount == 0
    assert bound == sum(sorted(left)[-24:])


def test_the_estimate_is_the_part_seen_of_what_is_left() -> None:
    amount, bound = doubtful([100, 200, 300, 401], drawn=4, doubted=1, confidence=SURE)
    assert amount == 250  # a quarter of 1 001 cents, to the cent
    assert amount <= bound <= 1001


def test_without_a_draw_the_whole_is_open() -> None:
    assert doubtful([100, 200], drawn=0, doubted=0, confidence=SURE) == (None, 300)
    assert doubtful([], drawn=0, doubted=0, confidence=SURE) == (0, 0)


def test_a_large_establishment_is_bounded_at_once() -> None:
    assert 0 < most_doubtful(20_000, 60, 1, SURE) < 20_000

"""The compiled month says what the columns say, number for number."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from miroir.recomputation.bulk import steps
from miroir.recomputation.bulk.ceilings import month_ceilings
from miroir.recomputation.bulk.half_up import LIMIT
from miroir.recomputation.bulk.month import nothing_before
from miroir.recomputation.bulk.rows import Columns, MonthRows, Sums
from miroir.recomputation.bulk.steps import Step, by_columns, month_step
from miroir.recomputation.bulk.tariffs import tariffs_of
from numpy.random import Generator, default_rng

from tests.declaration.columns.conftest import need_kernel
from tests.recomputation.bulk.population import Population, population


@pytest.fixture(autouse=True)
def _compiled() -> None:
    need_kernel()
    assert steps._loaded() is not None, "month_kernel.c was not compiled: install"


@pytest.mark.parametrize("year", range(2019, 2027))
def test_both_ways_agree_month_after_month(year: int) -> None:
    people = population(seed=300 + year, count=2_000, year=year)
    before = nothing_before(2_000)
    for month in range(12):
        before = _agreed(people, month, people.rows[month], before)


def test_both_ways_agree_on_any_amount_and_category() -> None:
    """Sums that no year would give, below zero too, and every kind of status."""
    random = default_rng(7)
    people = population(seed=1, count=5_000, year=2026)
    for month in (0, 5, 11):
        rows = replace(
            people.rows[month],
            status=random.choice([1, 4, 98, 99, -1, 0], 5_000),
            gross=_amounts(random, 10**10),
            declared_132=_amounts(random, 10**9),
        )
        amounts = {
            each.name: _amounts(random, 10**11 // 2)
            for each in fields(Sums)
            if each.name != "option"
        }
        before = Sums(**amounts, option=random.random(5_000) < 0.5)
        _agreed(people, month, rows, before)


def test_one_rate_for_all_is_one_rate_for_each() -> None:
    people = population(seed=2, count=500, year=2025)
    rows, tariffs = people.rows[0], tariffs_of([], people.months[0].first)
    standard = np.zeros(500, np.int64)
    given = (rows, nothing_before(500), month_ceilings(rows, tariffs), tariffs)
    _compare(month_step(*given, standard), by_columns(*given, standard))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_base_that_reaches_the_limit_is_refused(sign: int) -> None:
    people = population(seed=3, count=10, year=2025)
    rows, tariffs = people.rows[0], tariffs_of([], people.months[0].first)
    rows.gross[4] = sign * LIMIT
    ceilings = month_ceilings(rows, tariffs)
    ceilings.usual[4] = 2 * LIMIT
    for way in (month_step, by_columns):
        with pytest.raises(OverflowError, match="full recomputation"):
            way(rows, nothing_before(10), ceilings, tariffs, np.zeros(10, np.int64))


def test_without_the_library_numpy_does_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(steps, "LIBRARY", tmp_path / "month_kernel.so")
    steps._loaded.cache_clear()
    assert steps._loop() is None
    steps._loaded.cache_clear()


def _agreed(people: Population, month: int, rows: MonthRows, before: Sums) -> Sums:
    """The sums after the month, by both ways."""
    tariffs = tariffs_of(people.conditions, people.months[month].first)
    ceilings = month_ceilings(rows, tariffs)
    given = (rows, before, ceilings, tariffs, people.tariff[month])
    found = month_step(*given)
    _compare(found, by_columns(*given))
    return found.after


def _compare(one: Step, other: Step) -> None:
    for each in fields(Step):
        mine, theirs = getattr(one, each.name), getattr(other, each.name)
        if not isinstance(mine, Columns):
            assert mine.tolist() == theirs.tolist(), each.name
            continue
        for own in fields(mine):
            left, right = getattr(mine, own.name), getattr(theirs, own.name)
            assert left.tolist() == right.tolist(), f"{each.name}.{own.name}"


def _amounts(
    random: Generator, most: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Some zero, most of them small, a few as large as can be."""
    drawn = random.integers(-most, most, 5_000) >> random.integers(0, 34, 5_000)
    return np.where(random.random(5_000) < 0.1, 0, drawn)

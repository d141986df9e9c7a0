"""A quick form of the measure of docs/diagnosis.md: the long one is
`python -m tests.diagnostic.confusion`."""

from __future__ import annotations

import pytest

from tests.diagnostic.confusion import Extent, sweep
from tests.diagnostic.matrix import (
    ERRORS,
    Rate,
    Result,
    alone,
    pairs_of,
    quiet,
    report,
)
from tests.sweeps import judged_only

pytestmark = judged_only


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return list(sweep([7], Extent(seeds=1, pairs=40)))


def wrong(results: list[Result]) -> list[tuple[object, object]]:
    return [(each.causes, each.found) for each in results if not each.right]


def test_one_error_is_first(results: list[Result]) -> None:
    assert len(alone(results)) >= 40
    assert Rate.of(alone(results)).part >= 0.95, wrong(alone(results))


def test_two_errors_are_the_first_two(results: list[Result]) -> None:
    assert len(pairs_of(results)) >= 25
    assert Rate.of(pairs_of(results)).part >= 0.8, wrong(pairs_of(results))


def test_nothing_is_said_against_a_right_company(results: list[Result]) -> None:
    assert len(quiet(results)) >= 14
    assert wrong(quiet(results)) == []


def test_a_legitimate_situation_is_named(results: list[Result]) -> None:
    for each in quiet(results):
        assert set(each.causes) <= each.named


def test_the_report_counts_every_company(results: list[Result]) -> None:
    assert str(Extent(3, 200)) == "`--seeds 3 --pairs 200`"
    assert str(Extent(3, whole=True)) == "`--seeds 3 --whole`"
    text = report(results)
    assert str(Rate.of(pairs_of(results))) in text
    assert text.count("\n| `") == len(ERRORS)

"""Months, counts and shares as a French reader writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.cli.output.french import count, months
from miroir.types.period import Month


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        ([], ""),
        (["2026-01"], "janv. 2026"),
        (["2026-03", "2026-01", "2026-02"], "janv.–mars 2026"),
        (["2026-01", "2026-03", "2026-04"], "janv., mars–avr. 2026"),
        (["2025-12", "2026-01"], "déc. 2025–janv. 2026"),
        (["2025-12", "2026-02"], "déc. 2025, févr. 2026"),
        (
            ["2025-11", "2025-12", "2026-01", "2026-05"],
            "nov. 2025–janv. 2026, mai 2026",
        ),
        (["2026-08", "2026-08"], "août 2026"),
    ],
)
def test_months_are_said_in_runs(periods: list[str], said: str) -> None:
    assert months(Month.parse(period) for period in periods) == said


@given(st.sets(st.builds(Month, st.integers(2024, 2026), st.integers(1, 12))))
def test_the_year_of_both_ends_of_a_run_is_said(periods: set[Month]) -> None:
    said = months(periods)
    ends = [p for p in periods if not {p.previous, p.next} <= periods]
    assert all(str(period.year) in said for period in ends)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 salarié"),
        (1, "1 salarié"),
        (2, "2 salariés"),
        (1204, "1\u202f204 salariés"),
    ],
)
def test_counts(number: int, said: str) -> None:
    assert count(number, "salarié") == said

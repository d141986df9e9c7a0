"""A salary under the ceiling is never more than the salary, over a year."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.diagnostic.impossible import examine
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.diagnosis import Finding, Status
from miroir.types.period import Month

from tests.diagnostic.views import company, line

JANUARY = Month(2026, 1)


def year(
    *bases: tuple[int, int], start: Month = JANUARY, basis: Basis = Basis.CUMULATED
) -> list[MirrorLine]:
    """Base 02 and base 03 of each month, in euros."""
    found, month = [], start
    for capped, whole in bases:
        made = line("A", -300, month)
        found.append(
            replace(
                made,
                declared_t1=capped * 100,
                declared_gross=whole * 100,
                calculation=replace(made.calculation, basis=basis),
            )
        )
        month = month.next
    return found


def told(*lines: MirrorLine) -> Finding | None:
    return next(iter(examine(company(*lines))), None)


def test_the_months_that_make_the_sums_contradict_are_told() -> None:
    finding = told(*year((3000, 3000), (3000, 2500), (3000, 3000), (3000, 2000)))
    assert finding is not None
    assert finding.status is Status.ESTABLISHED
    assert [str(each) for each in finding.periods] == ["2026-02", "2026-04"]
    assert finding.amount == -600


@pytest.mark.parametrize(
    "lines",
    [
        year((3000, 3000), (4005, 7000)),
        # A tranche 2 of January is given back: the year is right.
        year((4005, 7000), (4110, 3900)),
        # A base 03 left out says nothing of the others.
        year((3000, 0), (3000, 2500)),
        # The months before are not known.
        year((3000, 2500), basis=Basis.DECLARED_BASES),
        # Each year begins again.
        [*year((4005, 9000), start=Month(2025, 12)), *year((4005, 4005))],
    ],
    ids=["right", "given-back", "absent", "unknown-past", "two-years"],
)
def test_what_can_be_is_not_told(lines: list[MirrorLine]) -> None:
    assert told(*lines) is None


def test_what_one_year_gave_back_is_not_taken_from_another() -> None:
    lines = [*year((4005, 9000), start=Month(2025, 12)), *year((4005, 3000))]
    finding = told(*lines)
    assert finding is not None
    assert [str(each) for each in finding.periods] == ["2026-01"]

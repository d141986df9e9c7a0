"""What earlier and later months decide, and the horizon."""

from __future__ import annotations

import pytest
from miroir.types.calculation import Basis

from tests.recomputation.companies import mirror_of, only
from tests.written import (
    Lines,
    base,
    contribution,
    declaration,
    plain,
)

JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"


def full(month: str, gross: str, **options: object) -> Lines:
    return plain(month, gross, gross, ("0.00", "0.00"), None, **options)


# --- what earlier months decide


def test_without_earlier_months_the_declared_bases_are_taken() -> None:
    one = plain(MARCH, "6000.00", "4005.00", ("401.30", "505.59"))
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.calculation.basis is Basis.DECLARED_BASES
    assert line.gap.total == 0
    assert any("mois antérieurs absents" in r for r in line.calculation.remarks)


@pytest.mark.parametrize(
    ("gross", "capped", "c131"),
    [
        # bonus under the ceilings of the missing months
        ("9000.00", "9000.00", ("901.80", "0.00")),
        # just crossed: CET on all pay since January, three ceilings and T2
        ("9000.00", "7000.00", ("701.40", "534.85")),
        # fell back under: past CET taken back, two ceilings and T2
        ("3000.00", "4000.00", ("400.80", "-274.44")),
        # stayed above though the month is low
        ("3900.00", "4005.00", ("401.30", "-11.85")),
    ],
)
def test_what_only_missing_months_could_decide_is_no_gap(
    gross: str, capped: str, c131: tuple[str, str]
) -> None:
    one = plain(MARCH, gross, capped, c131)
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.calculation.basis is Basis.DECLARED_BASES
    assert abs(line.gap.total) <= 5


def test_a_second_tranche_under_the_ceiling_is_wrong_whatever_came_before() -> None:
    one = plain(MARCH, "6000.00", "3925.00", ("393.29", "525.01"))
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.calculation.basis is Basis.ESTIMATED
    assert any("salaire habituel" in each for each in line.calculation.remarks)
    tranches = line.calculation.tranches
    assert (tranches.t1, tranches.t2, tranches.cet) == (400500, 199500, 600000)
    assert line.gap.total == 39329 + 52501 - 90689


def test_a_rate_is_still_checked_without_earlier_months() -> None:
    one = plain(MARCH, "3000.00", "3000.00", ("236.10", "0.00"))
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.gap.total == 23610 - 30060


def test_a_hire_in_the_year_starts_the_sums() -> None:
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "3000.00")),
        declaration(FEBRUARY, full(FEBRUARY, "3000.00", start="01022026")),
    )
    assert [line.calculation.basis for line in lines] == [Basis.CUMULATED] * 2


def test_a_missing_month_in_between_ends_what_is_known() -> None:
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "3000.00")),
        declaration(MARCH, full(MARCH, "3000.00")),
    )
    assert [line.calculation.basis for line in lines] == [
        Basis.CUMULATED,
        Basis.DECLARED_BASES,
    ]


def test_a_new_year_starts_from_january() -> None:
    lines = mirror_of(
        declaration("2025-12", full("2025-12", "3000.00")),
        declaration(JANUARY, full(JANUARY, "3000.00")),
    )
    assert lines[0].calculation.basis is Basis.DECLARED_BASES
    assert lines[1].calculation.basis is Basis.CUMULATED


# --- horizon


def test_nothing_is_computed_beyond_the_published_parameters() -> None:
    line = only(mirror_of(declaration("2027-01", full("2027-01", "3000.00"))))
    assert line.calculation.basis is Basis.NOT_COMPUTED
    assert line.gap.total == 0
    assert "2027 non publiés" in line.calculation.remarks[0]


# --- corrections


def test_a_later_correction_closes_the_gap_of_its_month() -> None:
    wrong = plain(JANUARY, "4000.00", "4000.00", ("300.80", "0.00"))
    right = plain(FEBRUARY, "4000.00", "4000.00", ("400.80", "0.00"))
    right += base("02", "0.00", JANUARY, contribution("131", "100.00"))
    right += base("03", "0.00", JANUARY)
    before = mirror_of(declaration(JANUARY, wrong))
    assert before[0].gap.total == -10000
    january, february = mirror_of(
        declaration(JANUARY, wrong), declaration(FEBRUARY, right)
    )
    assert (january.gap.total, february.gap.total) == (0, 0)
    assert {str(part.declaration.period) for part in january.parts} == {
        JANUARY,
        FEBRUARY,
    }


def test_a_cancelled_and_restated_base_counts_once() -> None:
    january = plain(JANUARY, "1000.00", "1000.00", ("100.20", "0.00"))
    restated = plain(FEBRUARY, "1200.00", "1200.00", ("120.24", "0.00"))
    for amount, due in (("-1000.00", "-100.20"), ("1200.00", "120.24")):
        restated += base("02", amount, JANUARY, contribution("131", due))
        restated += base("03", amount, JANUARY)
    lines = mirror_of(declaration(JANUARY, january), declaration(FEBRUARY, restated))
    assert [line.declared_gross for line in lines] == [120000, 120000]
    assert [line.gap.total for line in lines] == [0, 0]


def test_a_correction_of_a_month_not_at_hand_is_not_judged() -> None:
    one = full(JANUARY, "1000.00")
    one += base("03", "500.00", "2025-11", contribution("131", "50.10"))
    old, new = mirror_of(declaration(JANUARY, one))
    assert str(old.period) == "2025-11"
    assert old.calculation.basis is Basis.NOT_COMPUTED
    assert old.gap.total == 0
    assert new.calculation.basis is Basis.CUMULATED

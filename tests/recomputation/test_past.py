"""Missing months: what they may explain, and what nothing explains."""

from __future__ import annotations

import pytest
from miroir.recomputation.company import mirror
from miroir.testing.payroll import make_company
from miroir.types.calculation import Basis, MirrorLine

from tests.recomputation.companies import mirror_of
from tests.sweeps import first_measured
from tests.testing.test_two_implementations import conditions, current
from tests.written import declaration, plain


def lines_of(
    months: dict[str, tuple[str, str]], c131: tuple[str, str] = ("0.00", "0.00")
) -> tuple[MirrorLine, ...]:
    return mirror_of(
        *(
            declaration(month, plain(month, gross, capped, c131))
            for month, (gross, capped) in months.items()
        )
    )


def test_one_month_may_always_be_a_bonus_under_the_cumulated_ceiling() -> None:
    (line,) = lines_of({"2026-03": ("6000.00", "6000.00")})
    assert line.calculation.basis is Basis.DECLARED_BASES


def test_no_past_explains_months_of_lost_second_tranche() -> None:
    """Two missing months leave 8 010 € of room at most; five need 9 975 €."""
    months = [f"2026-{rank:02d}" for rank in range(3, 8)]
    lines = lines_of(dict.fromkeys(months, ("6000.00", "6000.00")))
    assert {line.calculation.basis for line in lines} == {Basis.ESTIMATED}
    assert {line.calculation.tranches.t2 for line in lines} == {199500}
    assert all("salaire habituel" in line.calculation.remarks[0] for line in lines)


def test_four_of_them_can_still_be_explained() -> None:
    months = [f"2026-{rank:02d}" for rank in range(3, 7)]
    lines = lines_of(dict.fromkeys(months, ("6000.00", "6000.00")))
    assert {line.calculation.basis for line in lines} == {Basis.DECLARED_BASES}


@pytest.mark.parametrize(
    "months",
    [
        {"2026-03": ("3000.00", "2500.00")},
        {"2026-03": ("3000.00", "4500.00")},
        {"2026-03": ("5000.00", "5500.00")},
        {"2026-03": ("5000.00", "4005.00"), "2026-04": ("2000.00", "2990.00")},
        {"2026-03": ("3000.00", "3500.00"), "2026-04": ("5000.00", "5000.00")},
    ],
)
def test_impossible_bases_are_recognised(months: dict[str, tuple[str, str]]) -> None:
    assert Basis.ESTIMATED in {line.calculation.basis for line in lines_of(months)}


@pytest.mark.parametrize(
    "months",
    [
        {"2026-03": ("3000.00", "3000.00"), "2026-04": ("7000.00", "5500.00")},
        {"2026-03": ("5000.00", "4005.00"), "2026-04": ("2000.00", "3100.00")},
        {"2026-03": ("4005.00", "4005.00")},
        {"2026-03": ("0.00", "0.00")},
        {"2026-03": ("3000.00", "4005.00")},
    ],
)
def test_possible_bases_are_left_to_the_missing_months(
    months: dict[str, tuple[str, str]],
) -> None:
    assert {line.calculation.basis for line in lines_of(months)} == {
        Basis.DECLARED_BASES
    }


@pytest.mark.parametrize("seed", first_measured(range(4)))
@pytest.mark.parametrize("kept", [(3, None), (1, None), (0, 2)])
def test_right_payrolls_with_missing_months_show_no_gap(
    seed: int, kept: tuple[int, int | None]
) -> None:
    made = make_company(seed, 2026, 8, 20)
    declarations = current(made)
    months = sorted({each.period for each in declarations})
    first, hole = kept
    wanted = set(months[first:]) - ({months[hole]} if hole is not None else set())
    left = [each for each in declarations if each.period in wanted]
    gaps = [line.gap for line in mirror(left, conditions(made))]
    assert [gap for gap in gaps if abs(gap.total) > 5] == []


@pytest.mark.parametrize(
    "cause", ["PMSS_ANNEE_PRECEDENTE", "CET_ABSENTE", "TAUX_APPEL_OUBLIE"]
)
def test_errors_that_no_past_explains_keep_their_gap(cause: str) -> None:
    made = make_company(1, 2026, 6, 10, cause=cause, simple=True)
    left = [each for each in current(made) if each.period.month != 3]
    for line in mirror(left, conditions(made)):
        key = (line.person.reveal(), str(line.period))
        assert abs(line.gap.total - made.expected_gaps.get(key, 0)) <= 5

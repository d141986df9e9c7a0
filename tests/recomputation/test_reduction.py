"""The general reduction's share (106): published and observed amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from miroir import parameters
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.reduction import coefficients, reduction_part, usual_smic
from miroir.types.adhesion import Headcount
from miroir.types.amounts import format_cents
from miroir.types.period import Month

from tests.recomputation.companies import condition, mirror_of, only
from tests.written import (
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    pay,
)

UNDER, FROM = Headcount.UNDER_50, Headcount.FROM_50


def part(gross: int, smic: int, day: date, size: Headcount) -> int:
    rule = parameters.reduction(day)
    (chosen,) = coefficients(rule, size, rates_for(None, day))
    return reduction_part(gross, smic, rule, chosen)[0]


@pytest.mark.parametrize(
    ("gross", "smic", "size", "expected"),
    [
        # total 569.91, of which 483.87 for Urssaf
        (302340, 227775, UNDER, -8604),
        # three times the SMIC: nothing
        (3 * 182303, 182303, UNDER, 0),
        # at the SMIC: T
        (182303, 182303, UNDER, -10956),
        (182303, 182303, FROM, -10956),
        (0, 182303, UNDER, 0),
        (-100000, 182303, UNDER, 0),
        (200000, 0, UNDER, 0),
    ],
)
def test_from_2026(gross: int, smic: int, size: Headcount, expected: int) -> None:
    assert part(gross, smic, date(2026, 3, 1), size) == expected


def test_until_2025() -> None:
    # real payroll: 018 is -315.90 and 106 is -73.25 on 1218.75
    assert part(121875, 180180, date(2025, 5, 1), UNDER) == -7325
    # 1.6 times the SMIC: nothing
    assert part(288288, 180180, date(2025, 5, 1), UNDER) == 0


def test_each_year_has_its_own_t() -> None:
    seen = {
        parameters.reduction(date(year, month, 1)).t_under
        for year, month in [(2019, 1), (2019, 10), *((y, 1) for y in range(2020, 2027))]
    }
    assert len(seen) == 8  # 2025 began with the value of 2024


def test_an_employer_share_under_60_lowers_t_and_the_part() -> None:
    rule, day = parameters.reduction(date(2026, 1, 1)), date(2026, 1, 1)
    (usual,) = coefficients(rule, UNDER, rates_for(None, day))
    (lower,) = coefficients(rule, UNDER, rates_for(condition(share="50"), day))
    assert usual.points - lower.points == usual.t - lower.t == Decimal("0.0078")


def test_the_smic_of_january_2026_holds_all_the_year() -> None:
    rule = parameters.reduction(date(2026, 7, 1))
    assert usual_smic(rule, Month(2026, 7), Fraction(1)) == 182303
    assert usual_smic(rule, Month(2026, 7), Fraction(1, 2)) == 91152
    before = parameters.reduction(date(2024, 11, 1))
    assert usual_smic(before, Month(2024, 11), Fraction(1)) == 180180


def month(rank: int, gross: str, c106: str | None, *, smic: bool = True) -> Lines:
    name = f"2026-{rank:02d}"
    under_03 = [contribution("131", "0.00")]
    if c106 is not None:
        whole = Decimal(c106) / Decimal("0.0601") * Decimal("0.3981")
        urssaf = f"{whole - Decimal(c106):.2f}"
        under_03 += [contribution("018", urssaf, gross)]
        under_03 += [contribution("106", c106, gross)]
    one = employee(
        [contract()],
        name,
        [pay(name, gross, days=f"{Month.parse(name).days}.00")],
        [
            base("02", gross, name),
            base(
                "03",
                gross,
                name,
                *under_03,
                components=[("01", "1823.03")] if smic else [],
            ),
        ],
    )
    return declaration(name, one)


def test_a_reduction_that_is_not_claimed_is_not_due() -> None:
    assert only(mirror_of(month(1, "2000.00", None))).calculation.due.c106 == 0


def test_a_reduction_by_month_and_one_on_the_year_are_both_right() -> None:
    by_month = part(300000, 182303, date(2026, 1, 1), UNDER)
    year = part(500000, 364606, date(2026, 1, 1), UNDER) - part(
        200000, 182303, date(2026, 1, 1), UNDER
    )
    assert abs(by_month - year) > 5
    first = month(
        1, "2000.00", format_cents(part(200000, 182303, date(2026, 1, 1), UNDER))
    )
    for amount, reading in (
        (by_month, ()),
        (year, ("réduction générale régularisée sur l’année",)),
    ):
        lines = mirror_of(first, month(2, "3000.00", format_cents(amount)))
        assert lines[1].calculation.due.c106 == amount
        assert lines[1].calculation.readings == reading


def test_a_month_without_component_counts_in_the_year() -> None:
    lines = mirror_of(
        month(1, "7000.00", None, smic=False), month(2, "2000.00", "-90.00")
    )
    assert "SMIC" in lines[1].calculation.steps[-1].inputs[1][0]
    assert lines[1].calculation.due.c106 != 0


def test_an_unknown_headcount_takes_the_nearest_and_says_so() -> None:
    lines = mirror_of(
        month(1, "2000.00", "-96.01"), conditions=[condition(headcount=None)]
    )
    assert any("effectif supposé" in each for each in lines[0].calculation.readings)


@pytest.mark.parametrize("c106", [None, "wrong sign"])
@pytest.mark.parametrize("on_the_year", [True, False])
def test_018_alone_tells_how_the_year_was_reduced(
    c106: str | None, on_the_year: bool
) -> None:
    """106 absent or positive says nothing of the way; 018 does."""
    day = date(2026, 1, 1)
    first = part(200000, 182303, day, UNDER)
    second = part(300000, 182303, day, UNDER)
    if on_the_year:
        second = part(500000, 364606, day, UNDER) - first
    lines = []
    for rank, gross, due in ((1, "2000.00", first), (2, "3000.00", second)):
        written = month(rank, gross, format_cents(due))
        at = written.index("S21.G00.81.001,'106'")
        kept = [] if c106 is None else [format_cents(-due)]
        gone = [f"S21.G00.81.004,'{amount}'" for amount in kept]
        head = written[:at] + (written[at : at + 2] + gone if gone else [])
        lines.append(head + written[at + 3 :])
    january, february = mirror_of(*lines)
    assert january.calculation.due.c106 == first
    assert february.calculation.due.c106 == second

"""Ratios rounded once: exact halves go away from zero, wherever they come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from miroir import parameters
from miroir.recomputation.apprentice import exempt_bases
from miroir.recomputation.ceiling import month_ceiling
from miroir.recomputation.exact import (
    half_up,
    half_up_power,
    monthly_smic,
    rounded,
)
from miroir.recomputation.reduction import Coefficients, coefficient, usual_smic
from miroir.recomputation.situation import MonthSituation
from miroir.types.adhesion import Headcount
from miroir.types.declaration import Block, Contract
from miroir.types.period import Month


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (7, 3, 2)],
)
def test_halves_go_away_from_zero(
    numerator: int, denominator: int, nearest: int
) -> None:
    assert half_up(numerator, denominator) == nearest
    assert rounded(Fraction(numerator, denominator)) == nearest


def test_a_power_is_rounded_without_error() -> None:
    power = Fraction(7, 4)
    # (1 / 16) ^ 1.75 = 1 / 128: 3776 / 128 = 29.5
    assert half_up_power(Fraction(3776), Fraction(1, 16), power) == 30
    assert half_up_power(Fraction(3775), Fraction(1, 16), power) == 29
    below = Fraction(10**30 - 1, 16 * 10**30)
    assert half_up_power(Fraction(3776), below, power) == 29


def test_only_quarters_and_the_like_are_powers() -> None:
    with pytest.raises(ValueError, match="1/3"):
        half_up_power(Fraction(1), Fraction(1), Fraction(1, 3))


@pytest.mark.parametrize("year", range(2019, 2027))
def test_the_monthly_smic_is_an_hourly_one_of_whole_cents(year: int) -> None:
    for rank in range(1, 13):
        hourly = monthly_smic(date(year, rank, 1)) * 12 / (35 * 52)
        assert hourly.denominator == 1


def ceiling(month: str, days: str, quota: Fraction = Fraction(1)) -> int:
    counted = Decimal(days)
    situation = MonthSituation(counted, Fraction(counted) * quota, False, (), "53")
    return month_ceiling(Month.parse(month), situation).usual


@pytest.mark.parametrize(
    ("month", "days", "quota", "expected"),
    [
        # 3,666 x 5.25 / 28 = 687.375
        ("2023-02", "5.25", Fraction(1), 68738),
        ("2023-02", "5.24", Fraction(1), 68607),
        # 3,377 x 2.25 / 30 / 3 = 84.425
        ("2019-04", "2.25", Fraction(1, 3), 8443),
        ("2019-04", "2.25", Fraction(3333, 10000), 8442),
        # 3,666 x 23.25 / 28 x 7 / 9 = 2,367.625
        ("2023-02", "23.25", Fraction(7, 9), 236763),
    ],
)
def test_a_ceiling_on_half_a_cent_is_rounded_up(
    month: str, days: str, quota: Fraction, expected: int
) -> None:
    assert ceiling(month, days, quota) == expected


def test_a_usual_smic_on_half_a_cent_is_rounded_up() -> None:
    rule, month = parameters.reduction(date(2019, 2, 1)), Month(2019, 2)
    # 10.03 x 455 / 3 x 18 / 28 / 3 = 325.975
    assert usual_smic(rule, month, Fraction(18, 28 * 3)) == 32598
    assert usual_smic(rule, month, Fraction(1799, 2800 * 3)) == 32579


def test_an_exempt_base_on_half_a_cent_is_rounded_up() -> None:
    # 11.88 x 455 / 3 x 79 % x 10 / 28 = 508.365
    contract = _contract(start=date(2025, 2, 19))
    assert list(exempt_bases(contract, Month(2025, 2), 500_000)) == [50837]
    # 10.15 x 455 / 3 x 79 % x 18 / 29 = 754.845
    leap = _contract(start=date(2020, 2, 12))
    assert list(exempt_bases(leap, Month(2020, 2), 500_000)) == [75485]


@pytest.mark.parametrize(
    ("gross", "smic", "expected"),
    [
        (1277600, 1103075, "0.2031"),  # 0.20305
        (1277600, 1103074, "0.2030"),
        (51104, 43937, "0.2000"),  # 0.19995
        (51104, 31939, "0.0000"),
        (51104, 60000, "0.3194"),
    ],
)
def test_a_coefficient_on_a_half_is_rounded_up(
    gross: int, smic: int, expected: str
) -> None:
    rule = parameters.reduction(date(2024, 1, 1))
    t = Coefficients(rule.t_under, Decimal(0), Decimal("0.0601"), Headcount.UNDER_50)
    assert coefficient(gross, smic, rule, t) == Decimal(expected)


@pytest.mark.parametrize(
    ("gross", "smic", "expected"),
    [
        (800_000, 300_000, "0.0230"),  # 0.02 + 0.3776 / 128 = 0.02295
        (800_000, 299_999, "0.0229"),
        (800_000, 266_666, "0"),
        (800_000, 900_000, "0.3976"),
    ],
)
def test_the_coefficient_of_2026_is_exact_on_a_half_too(
    gross: int, smic: int, expected: str
) -> None:
    """T of an employer share that is 0.05 point under the standard one."""
    rule = parameters.reduction(date(2026, 1, 1))
    t, points = Decimal("0.3976"), Decimal("0.0596")
    chosen = Coefficients(t, rule.t_minimum, points, Headcount.UNDER_50)
    assert coefficient(gross, smic, rule, chosen) == Decimal(expected)


def _contract(start: date) -> Contract:
    return Contract(
        number="00001",
        start=start,
        end=None,
        status="04",
        conventional_status=None,
        nature="01",
        scheme="64",
        quota_unit=None,
        quota=None,
        reference_quota=None,
        modality=None,
        full_time_contribution=None,
        several_employers=None,
        idcc=None,
        job=None,
        pension_schemes=(),
        changes=(),
        block=Block("S21.G00.40", 1, None),
    )

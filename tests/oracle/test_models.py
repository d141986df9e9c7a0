"""Ours beside two published models, line by line, employer and employee.

docs/oracles.md lists every difference that remains, and its reason.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from miroir import parameters
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.reduction import coefficients, reduction_part
from miroir.types.adhesion import Headcount
from miroir.types.period import Month

from tests.oracle import openfisca as model
from tests.oracle.conftest import Model
from tests.oracle.grid import Point, ours, points, salaries, too_far

CENT = Decimal("0.01")


def test_the_grid_is_large_and_touches_every_limit() -> None:
    assert len(salaries()) == 46
    assert len(points()) == 736
    for year in range(2019, 2027):
        ceiling = Decimal(parameters.ceiling(Month(year, 3).first)) / 100
        assert {ceiling, ceiling + CENT, 4 * ceiling, 8 * ceiling} <= set(salaries())


@pytest.mark.usefixtures("openfisca")
@pytest.mark.parametrize("year", range(2019, 2027))
def test_openfisca_within_one_cent(year: int) -> None:
    asked = [point for point in points() if point.year == year]
    found = model.run(asked)
    far = [
        told
        for point, theirs in zip(asked, found, strict=True)
        for told in too_far(point, theirs, CENT)
    ]
    assert far == []


@pytest.mark.usefixtures("openfisca")
def test_openfisca_differs_by_a_cent_where_the_page_says() -> None:
    """Apec is rounded in two parts there: 0 to 1 ceiling, and 1 to 4."""
    by_line: Counter[str] = Counter()
    for year in range(2019, 2027):
        asked = [point for point in points() if point.year == year]
        for point, theirs in zip(asked, model.run(asked), strict=True):
            mine = ours(point)
            by_line.update(key[0] for key in mine if mine[key] != theirs[key])
    assert by_line["cet"] == 0
    assert by_line["apec"] > by_line["retirement"] + by_line["ceg"]


@pytest.mark.usefixtures("openfisca")
@pytest.mark.parametrize("month", ["2026-03", "2026-07"])
@pytest.mark.parametrize("salary", ["1823.03", "2200.00", "3000.00", "4500.00"])
@pytest.mark.parametrize(
    ("headcount", "size"), [(30, Headcount.UNDER_50), (80, Headcount.FROM_50)]
)
def test_reduction_of_2026(
    month: str, salary: str, headcount: int, size: Headcount
) -> None:
    """The whole reduction times 6.01 points / T is ours, within the last decimal
    of the coefficient: OpenFisca takes a month of 151.67 hours, not 151.6667."""
    day = Month.parse(month).first
    rule = parameters.reduction(day)
    (chosen,) = coefficients(rule, size, rates_for(None, day))
    smic = int((parameters.monthly_smic(day.replace(month=1))).to_integral_value())
    gross = int(Decimal(salary) * 100)
    mine = Decimal(-reduction_part(gross, smic, rule, chosen)[0]) / 100
    whole = model.reduction(Decimal(salary), month, headcount)
    theirs = whole * chosen.points / chosen.t
    last_decimal = Decimal(salary) * Decimal("0.0001") * chosen.points / chosen.t
    assert abs(mine - theirs) <= CENT + last_decimal


def test_modele_social_within_one_cent(modele_social: Model) -> None:
    asked = points(first=2020)
    far = [
        told
        for point, theirs in zip(asked, modele_social(asked), strict=True)
        for told in too_far(point, theirs, CENT)
    ]
    assert far == []


def test_modele_social_knows_no_ceiling_of_2019(modele_social: Model) -> None:
    """Why 2019 is left out: it keeps the ceiling of 2020, 3,428 €."""
    point = Point(2019, True, Decimal(3428))
    (theirs,) = modele_social([point])
    assert theirs["cet", "employer"] == 0
    assert ours(point)["cet", "employer"] > 0

"""What a later declaration put right is no evidence any more; what it did not is."""

from __future__ import annotations

from datetime import date

import pytest
from miroir.correction.planning import plan_of
from miroir.testing.payroll import SimulatedCompany
from miroir.types.diagnosis import CompanyAnalysis, Status
from miroir.types.period import Month

from tests.correction.companies import analysed, applied, simulated, without

BLOCKS = (
    "BLOC_71_ABSENT",
    "CODE_105_APRES_2025",
    "JOURS_53_A_ZERO",
    "REGIME_71_ERRONE",
    "SALARIE_DECLARE_DEUX_FOIS",
)
ON = date(2026, 5, 20)
"""Four months are declared, and the DSN of May is next."""


def told(company: CompanyAnalysis) -> list[str]:
    return [
        one.cause.id
        for one in company.diagnoses
        if one.finding.status is not Status.LEGITIMATE
    ]


def made(cause: str) -> SimulatedCompany:
    return simulated([cause], seed=1)


@pytest.mark.parametrize("cause", BLOCKS)
def test_it_is_not_told_once_it_is_corrected(cause: str) -> None:
    company = made(cause)
    before = analysed(company)
    assert told(before)[0] == cause
    plan = plan_of(before, ON)
    assert {one.deposit.month for one in plan.declarations} == {Month(2026, 5)}
    after = applied(company, plan.declarations)
    assert after.view.gaps == ()
    assert told(after) == []


@pytest.mark.parametrize(
    ("cause", "kept"),
    [
        # Affiliated since, and the wrong affiliation is not said to be one.
        ("REGIME_71_ERRONE", "S21.G00.72"),
        ("JOURS_53_A_ZERO", "S21.G00.53"),
        ("BLOC_71_ABSENT", "S21.G00.71"),
    ],
)
def test_it_is_still_told_after_half_a_correction(cause: str, kept: str) -> None:
    company = made(cause)
    plan = plan_of(analysed(company), ON)
    halves = [("plan.dsn", without(one.content, kept)) for one in plan.declarations]
    after = analysed(company, [*company.files, *halves])
    assert cause in told(after)


def test_one_who_left_and_is_declared_again_was_not_left_out() -> None:
    """April is no hole: the contract ended in March, May only corrects it."""
    company = simulated(["PLAFOND_TRENTIEME"], seed=2)
    plan = plan_of(analysed(company), ON)
    assert told(applied(company, plan.declarations)) == []

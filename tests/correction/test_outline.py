"""The plan that comes with an analysis is the one that is applied and verified."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from miroir.correction.outline import outline_of
from miroir.correction.plan import PlannedDeclaration
from miroir.correction.planning import plan_of
from miroir.testing.payroll import CAUSES, make_company
from miroir.types.diagnosis import CompanyAnalysis

from tests.correction.companies import PLAIN, analysed, simulated, told
from tests.large.comparison import analysed as analysed_by_columns
from tests.large.comparison import large_from
from tests.sweeps import first_measured

LATER, AT_ONCE = date(2026, 6, 10), date(2026, 5, 2)
ERRORS = sorted(cause for cause in CAUSES if not cause.startswith("LEGITIME"))


def declared(planned: list[PlannedDeclaration]) -> list[object]:
    return [(one.siret, one.deposit, one.mode, one.corrections) for one in planned]


def same(company: CompanyAnalysis, on: date) -> None:
    plan, outline = plan_of(company, on), outline_of(company, on)
    assert declared(list(outline.declarations)) == declared(list(plan.declarations))
    assert outline.actions == plan.actions
    assert not outline.unchecked


@pytest.mark.parametrize("cause", first_measured(ERRORS))
def test_every_cause(cause: str) -> None:
    made = simulated([cause], seed=3)
    company = told(analysed(made), made.causes)
    same(company, LATER if ERRORS.index(cause) % 2 else AT_ONCE)


@pytest.mark.parametrize("cause", ["CET_ABSENTE", "REDUCTION_106_MAUVAISE_PART"])
def test_read_by_columns(cause: str) -> None:
    made = make_company(51, 2026, 4, 7, cause=cause, establishments=2)
    with large_from(0):
        (company,) = analysed_by_columns(made.files).companies
    assert any(line.plain for line in company.view.gaps)
    for on in (LATER, AT_ONCE):
        same(company, on)


def test_without_the_first_months() -> None:
    """What is due then follows what is declared."""
    made = simulated(["CEG_ABSENTE"], others=PLAIN)
    files = list(made.files)[1:]
    same(told(analysed(made, files), made.causes), LATER)


def test_amounts_that_may_move_are_told_when_too_many() -> None:
    made = simulated(["BASE_03_ABSENTE"])
    company = told(analysed(made), made.causes)
    outline = outline_of(company, LATER, most=0)
    assert outline.unchecked
    assert outline.unchecked <= {line.person for line in company.view.gaps}
    planned = {one.person for each in outline.declarations for one in each.corrections}
    assert outline.unchecked <= planned
    assert outline_of(company, LATER, most=len(outline.unchecked)).unchecked == set()


def test_nothing_to_correct() -> None:
    made = simulated(["CEG_ABSENTE"], others=PLAIN)
    company = replace(analysed(made), diagnoses=())
    outline = outline_of(company, LATER)
    assert not outline.declarations and not outline.actions

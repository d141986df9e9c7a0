"""Each cause, injected by the payroll simulator, is the one that is found.

The simulator writes files and knows nothing of the diagnostics.
"""

from __future__ import annotations

import pytest
from miroir.diagnostic.catalogue import entries
from miroir.diagnostic.ranking import BACKGROUND
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import make_company
from miroir.types.diagnosis import CompanyAnalysis, Status

from tests.diagnostic.confusion import analysed
from tests.diagnostic.matrix import ERRORS, LEGITIMATE, UNKNOWN
from tests.sweeps import first_measured


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return PluginManager.load()


def against_the_client(company: CompanyAnalysis) -> list[str]:
    return [
        diagnosis.cause.id
        for diagnosis in company.diagnoses
        if diagnosis.finding.status is not Status.LEGITIMATE
        and diagnosis.cause.id not in BACKGROUND
    ]


@pytest.mark.parametrize("seed", first_measured([11, 12]))
@pytest.mark.parametrize("cause", ERRORS)
def test_an_error_is_found_first(cause: str, seed: int, plugins: PluginManager) -> None:
    made = make_company(seed, 2026, 5, 9, cause=cause)
    company = analysed(made, plugins)
    assert company.diagnoses[0].cause.id == cause


@pytest.mark.parametrize("seed", first_measured([11, 12]))
@pytest.mark.parametrize("cause", LEGITIMATE)
def test_a_legitimate_situation_raises_nothing_and_is_named(
    cause: str, seed: int, plugins: PluginManager
) -> None:
    company = analysed(make_company(seed, 2026, 5, 9, cause=cause), plugins)
    assert against_the_client(company) == []
    assert company.view.gaps == ()
    assert cause in [diagnosis.cause.id for diagnosis in company.diagnoses]


@pytest.mark.parametrize("cause", UNKNOWN)
def test_what_is_not_known_is_told_and_raises_nothing(
    cause: str, plugins: PluginManager
) -> None:
    made = make_company(11, 2026, 5, 9, cause=cause, simple=True)
    company = analysed(made, plugins)
    assert against_the_client(company) == []
    assert company.diagnoses[0].cause.id == cause
    assert company.diagnoses[0].finding.status is Status.NOT_DECIDABLE


def test_every_cause_that_data_can_show_is_made() -> None:
    found = {entry.cause.id for entry in entries() if entry.detector}
    assert found == {*ERRORS, *LEGITIMATE, *UNKNOWN}


@pytest.mark.parametrize("year", first_measured(range(2019, 2027)))
def test_a_right_company_raises_nothing(year: int, plugins: PluginManager) -> None:
    company = analysed(make_company(21, year, 6, 15), plugins)
    assert against_the_client(company) == []


def test_ranks_follow_each_other_from_one(plugins: PluginManager) -> None:
    made = make_company(14, 2026, 5, 9, cause="CET_ABSENTE")
    ranks = [diagnosis.rank for diagnosis in analysed(made, plugins).diagnoses]
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_explained_part_is_a_share_of_the_gaps(plugins: PluginManager) -> None:
    made = make_company(14, 2026, 5, 9, cause="TAUX_APPEL_OUBLIE")
    first = analysed(made, plugins).diagnoses[0].finding
    assert first.explained is not None
    assert 0 < first.explained <= 1
    assert first.amount < 0

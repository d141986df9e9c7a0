"""Each cause, injected by the payroll simulator, is the one that is found.

The simulator writes files and knows nothing of the diagnostics.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.cli.analyse import conditions_from
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import CAUSES, SimulatedCompany, make_company
from miroir.types.diagnosis import CompanyAnalysis, Status
from miroir.types.source import ReceivedFile

BACKGROUND = {"HISTORIQUE_MANQUANT", "CONDITIONS_ADHESION_SUPPOSEES"}
ADHESION = {"ETABLISSEMENT_ABSENT_DE_L_ADHESION", "DATE_EFFET_ADHESION_TARDIVE"}
ERRORS = sorted(cause for cause in CAUSES if not cause.startswith("LEGITIME"))
LEGITIMATE = sorted(set(CAUSES) - set(ERRORS))


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return PluginManager.load()


def analysed(made: SimulatedCompany, plugins: PluginManager) -> CompanyAnalysis:
    adhesions = ReceivedFile.of("adhesions.csv", made.adhesions_csv)
    conditions, refused = conditions_from(adhesions, plugins)
    assert refused == ()
    knowledge = Knowledge(diagnostics=plugins.diagnostics(), conditions=conditions)
    files = [ReceivedFile.of(name, content) for name, content in made.files]
    (company,) = analyse(files, knowledge).companies
    assert company.failures == ()
    return company


def against_the_client(company: CompanyAnalysis) -> list[str]:
    return [
        diagnosis.cause.id
        for diagnosis in company.diagnoses
        if diagnosis.finding.status is not Status.LEGITIMATE
        and diagnosis.cause.id not in BACKGROUND
    ]


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("cause", ERRORS)
def test_an_error_is_found_first(cause: str, seed: int, plugins: PluginManager) -> None:
    made = make_company(seed, 2026, 5, 9, cause=cause)
    company = analysed(made, plugins)
    assert against_the_client(company)[0] == cause


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("cause", LEGITIMATE)
def test_a_legitimate_situation_raises_nothing_and_is_named(
    cause: str, seed: int, plugins: PluginManager
) -> None:
    company = analysed(make_company(seed, 2026, 5, 9, cause=cause), plugins)
    assert against_the_client(company) == []
    assert company.view.gaps == ()
    assert cause in [diagnosis.cause.id for diagnosis in company.diagnoses]


@pytest.mark.parametrize("year", range(2019, 2027))
def test_a_right_company_raises_nothing(year: int, plugins: PluginManager) -> None:
    company = analysed(make_company(21, year, 6, 15), plugins)
    assert against_the_client(company) == []


@pytest.mark.parametrize("cause", ERRORS)
def test_evidence_is_in_the_files_as_it_is_said(
    cause: str, plugins: PluginManager
) -> None:
    made = make_company(13, 2026, 5, 9, cause=cause)
    files = dict(made.files)
    for diagnosis in analysed(made, plugins).diagnoses:
        for piece in diagnosis.finding.evidence:
            raw = files[Path(piece.file).name].decode("latin-1")
            line = raw.replace("\r", "").split("\n")[piece.line - 1]
            assert line.startswith(f"{piece.rubrique},'")
            if "•" not in piece.value and piece.value.isascii():
                assert line == f"{piece.rubrique},'{piece.value}'"


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

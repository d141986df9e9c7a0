"""Three truths: the files, what a campaign holds and computes, our own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.cli.analyse import conditions_from
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import SimulatedCompany, make_company
from miroir.types.campaign import CampaignLine
from miroir.types.diagnosis import CompanyAnalysis, Diagnosis, Status
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

from tests.diagnostic.confusion import built_in

MARCH = Month(2026, 3)


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return PluginManager.load()


def analysed(
    made: SimulatedCompany,
    plugins: PluginManager,
    *campaign: CampaignLine,
    rows: bytes | None = None,
) -> CompanyAnalysis:
    adhesions = ReceivedFile.of("adhesions.csv", rows or made.adhesions_csv)
    conditions, _ = conditions_from(adhesions, plugins)
    knowledge = Knowledge(
        diagnostics=built_in(), conditions=conditions, campaign=campaign
    )
    files = [ReceivedFile.of(name, content) for name, content in made.files]
    (company,) = analyse(files, knowledge).companies
    assert company.failures == ()
    return company


def totals(company: CompanyAnalysis, month: Month) -> tuple[int, int]:
    lines = [line for line in company.view.mirror if line.period == month]
    declared = sum(line.declared.total for line in lines)
    return declared, sum(line.calculation.due.total for line in lines)


def federal(
    made: SimulatedCompany, declared: int | None, calculated: int | None
) -> CampaignLine:
    return CampaignLine(
        siren=made.siren,
        siret=made.company.sirets[0],
        period=MARCH,
        declared=declared,
        calculated=calculated,
        file="campagne.csv",
        line=2,
    )


def said(company: CompanyAnalysis) -> list[Diagnosis]:
    return [d for d in company.diagnoses if d.finding.status is not Status.LEGITIMATE]


@pytest.mark.parametrize(
    ("times", "cause"),
    [(0, "DSN_ACCEPTEE_NON_INTEGREE"), (2, "DSN_INTEGREE_DEUX_FOIS")],
)
def test_a_file_not_taken_or_taken_twice(
    times: int, cause: str, plugins: PluginManager
) -> None:
    made = make_company(5, 2026, 4, 8)
    declared, _ = totals(analysed(made, plugins), MARCH)
    company = analysed(made, plugins, federal(made, times * declared, None))
    (diagnosis,) = said(company)
    assert diagnosis.cause.id == cause
    assert diagnosis.finding.status is Status.ESTABLISHED
    assert diagnosis.finding.periods == (MARCH,)
    assert "campagne.csv ligne 2" in diagnosis.finding.detail
    assert diagnosis.finding.evidence


def test_nothing_is_said_when_the_three_agree(plugins: PluginManager) -> None:
    made = make_company(5, 2026, 4, 8)
    declared, due = totals(analysed(made, plugins), MARCH)
    assert said(analysed(made, plugins, federal(made, declared, due))) == []
    elsewhere = replace(federal(made, 1, 1), siret="99999999999999")
    assert said(analysed(made, plugins, elsewhere)) == []


def test_a_superseded_version_kept(plugins: PluginManager) -> None:
    made = make_company(5, 2026, 3, 8, cause="LEGITIME_ANNULE_ET_REMPLACE")
    old = [f for f in made.files if "2026-03-2" not in f[0]]
    first = replace(made, files=tuple(old))
    declared, _ = totals(analysed(first, plugins), MARCH)
    (diagnosis,) = said(analysed(made, plugins, federal(made, declared, None)))
    assert diagnosis.cause.id == "VERSION_REMPLACEE_CONSERVEE"


def test_another_amount_is_not_decided(plugins: PluginManager) -> None:
    made = make_company(5, 2026, 4, 8)
    (diagnosis,) = said(analysed(made, plugins, federal(made, 123_456, None)))
    assert diagnosis.cause.id == "EXTRAIT_DIFFERENT_DES_FICHIERS"
    assert diagnosis.finding.status is Status.NOT_DECIDABLE


def test_computed_on_the_ceiling_of_last_year(plugins: PluginManager) -> None:
    """What the federation computed is what a payroll with that error declares."""
    wrong = make_company(5, 2026, 4, 8, cause="PMSS_ANNEE_PRECEDENTE", simple=True)
    company = analysed(wrong, plugins)
    computed, due = totals(company, MARCH)
    line = federal(wrong, computed, computed)
    found = {d.cause.id: d for d in said(analysed(wrong, plugins, line))}
    assert found["PARAMETRE_FEDERAL_PERIME"].finding.status is Status.ESTABLISHED
    other = federal(wrong, computed, due + 98_765)
    found = {d.cause.id: d for d in said(analysed(wrong, plugins, other))}
    assert found["PARAMETRE_FEDERAL_PERIME"].finding.status is Status.HYPOTHESIS


def test_computed_at_the_standard_rate(plugins: PluginManager) -> None:
    cause = "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION"
    wrong = make_company(5, 2026, 4, 8, cause=cause, simple=True)
    computed, _ = totals(analysed(wrong, plugins), MARCH)
    line = federal(wrong, None, computed)
    found = {d.cause.id for d in said(analysed(wrong, plugins, line))}
    assert "CATEGORIE_ABSENTE_DE_L_ADHESION" in found


def test_a_substitution_that_was_not_taken(plugins: PluginManager) -> None:
    from miroir.testing.payroll import Delivery

    made = make_company(
        5, 2026, 4, 8, delivery=Delivery(substituted=frozenset({3})), simple=True
    )
    (diagnosis,) = said(analysed(made, plugins, federal(made, 123_456, None)))
    assert diagnosis.cause.id == "DSN_DE_SUBSTITUTION_NON_INTEGREE"
    assert diagnosis.finding.status is Status.HYPOTHESIS

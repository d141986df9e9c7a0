"""What the blocks and the versions say, whatever the amounts."""

from __future__ import annotations

import pytest
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.types.diagnosis import CompanyAnalysis, Diagnosis, Status
from miroir.types.source import ReceivedFile

from tests.written import (
    NIR,
    OTHER_NIR,
    Lines,
    as_bytes,
    base,
    contribution,
    declaration,
    envelope,
    payment,
    plain,
)


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return PluginManager.load()


def analysed(plugins: PluginManager, *declarations: Lines) -> CompanyAnalysis:
    files = [
        ReceivedFile.of(f"{rank}.dsn", as_bytes(envelope(each)))
        for rank, each in enumerate(declarations)
    ]
    knowledge = Knowledge(diagnostics=plugins.diagnostics())
    (company,) = analyse(files, knowledge).companies
    return company


def found(company: CompanyAnalysis, cause: str) -> Diagnosis | None:
    return next((d for d in company.diagnoses if d.cause.id == cause), None)


def month(name: str, **options: str) -> Lines:
    one = plain(name, "2000.00", "2000.00", ("200.40", "0.00"))
    return declaration(name, one, **options)  # type: ignore[arg-type]


def test_two_contents_under_one_order_are_not_decided(plugins: PluginManager) -> None:
    other = plain("2026-01", "2100.00", "2100.00", ("210.42", "0.00"))
    company = analysed(plugins, month("2026-01"), declaration("2026-01", other))
    diagnosis = found(company, "DSN_MEME_ORDRE")
    assert diagnosis is not None
    assert diagnosis.finding.status is Status.NOT_DECIDABLE
    assert found(company, "LEGITIME_ANNULE_ET_REMPLACE") is None


def test_a_replaced_version_is_legitimate(plugins: PluginManager) -> None:
    company = analysed(
        plugins, month("2026-01"), month("2026-01", order="2", kind="03")
    )
    assert found(company, "LEGITIME_ANNULE_ET_REMPLACE") is not None
    assert found(company, "DSN_MEME_ORDRE") is None


def test_a_missing_payment_is_a_hypothesis(plugins: PluginManager) -> None:
    diagnosis = found(
        analysed(plugins, month("2026-01")), "PAIEMENT_DIFFERENT_DU_DETAIL"
    )
    assert diagnosis is not None
    assert diagnosis.finding.status is Status.HYPOTHESIS


def test_missing_months_are_said_only_when_some_are_missing(
    plugins: PluginManager,
) -> None:
    shared = plain("2026-01", "2000.00", "2000.00", ("200.40", "0.00"), n037="02")
    assert (
        found(analysed(plugins, declaration("2026-01", shared)), "HISTORIQUE_MANQUANT")
        is None
    )
    assert found(analysed(plugins, month("2026-03")), "HISTORIQUE_MANQUANT")


def test_a_correction_of_an_absent_month_lacks_its_history(
    plugins: PluginManager,
) -> None:
    one = plain("2026-01", "2000.00", "2000.00", ("200.40", "0.00"))
    one += base("03", "100.00", "2025-11", contribution("131", "10.02"))
    paid = [payment("2026-01", "210.42")]
    company = analysed(plugins, declaration("2026-01", one, payments=paid))
    assert found(company, "HISTORIQUE_MANQUANT")
    assert found(company, "LEGITIME_CORRIGE_PAR_RATTACHEMENT") is None
    assert found(company, "MOIS_NON_CALCULES") is None


def test_months_without_published_rule_are_said(plugins: PluginManager) -> None:
    diagnosis = found(analysed(plugins, month("2027-01")), "MOIS_NON_CALCULES")
    assert diagnosis is not None
    assert "2027" in diagnosis.finding.detail
    intern = plain("2026-01", "600.00", "600.00", ("0.00", "0.00"), n007="29")
    company = analysed(plugins, declaration("2026-01", intern))
    assert found(company, "MOIS_NON_CALCULES") is None


def test_a_wrong_106_is_named_only_when_the_whole_is_right(
    plugins: PluginManager,
) -> None:
    for part, urssaf, named in (
        ("-200.00", "-435.72", True),
        ("-13.37", "-539.72", False),
    ):
        one = plain("2026-01", "2000.00", "2000.00", ("200.40", "0.00"))
        one += ["S21.G00.79.001,'01'", "S21.G00.79.004,'1823.03'"]
        one += contribution("018", urssaf) + contribution("106", part)
        company = analysed(plugins, declaration("2026-01", one))
        diagnosis = found(company, "REDUCTION_106_MAUVAISE_PART")
        assert (diagnosis is not None) is named
        assert (found(company, "ECART_INEXPLIQUE") is None) is named


def test_a_missing_fraction_is_said_and_nobody_is_called_left_out(
    plugins: PluginManager,
) -> None:
    written = []
    for name in ("2026-01", "2026-02", "2026-03"):
        written.append(month(name, fraction="12"))
        if name != "2026-02":
            second = month(name, fraction="22")
            written.append([line.replace(NIR, OTHER_NIR) for line in second])
    company = analysed(plugins, *written)
    diagnosis = found(company, "FRACTION_MANQUANTE")
    assert diagnosis is not None
    assert [str(period) for period in diagnosis.finding.periods] == ["2026-02"]
    assert found(company, "SALARIE_OMIS_UN_MOIS") is None

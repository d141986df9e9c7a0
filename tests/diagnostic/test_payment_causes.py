"""Payments of another month, of a quarter, of a whole company."""

from __future__ import annotations

import pytest
from miroir.pipeline import Knowledge, analyse
from miroir.plugins import PluginManager
from miroir.types.diagnosis import Finding, Status
from miroir.types.source import ReceivedFile

from tests.written import Lines, as_bytes, declaration, envelope, payment, plain

MONTHS = ("2026-01", "2026-02", "2026-03")
MISDATED = "PERIODE_DU_VERSEMENT_ERRONEE"


def month(name: str, *payments: Lines, nic: str = "00017") -> Lines:
    one = plain(name, "2000.00", "2000.00", ("200.40", "0.00"))
    return declaration(name, one, payments=payments, nic=nic)


def found(*declarations: Lines) -> dict[str, Finding]:
    file = ReceivedFile.of("a.dsn", as_bytes(envelope(*declarations)))
    knowledge = Knowledge(diagnostics=PluginManager.load(enabled=[]).diagnostics())
    (company,) = analyse([file], knowledge).companies
    assert company.failures == ()
    return {one.cause.id: one.finding for one in company.diagnoses}


def paid(*periods: str) -> list[Lines]:
    """Each month pays its own detail, under the name of the period beside it."""
    return [
        month(own, payment(period, "200.40"))
        for own, period in zip(MONTHS, periods, strict=True)
    ]


def test_a_payment_dated_of_a_month_already_paid_is_told_with_its_dates() -> None:
    finding = found(*paid("2026-01", "2026-02", "2026-01"))[MISDATED]
    assert finding.status is Status.ESTABLISHED
    assert [str(each) for each in finding.periods] == ["2026-01", "2026-03"]
    assert [(each.rubrique[-6:], each.value) for each in finding.evidence] == [
        ("20.006", "01012026"),
        ("20.005", "200.40"),
    ]
    assert finding.detail == (
        "versement de la DSN du mois 03/2026 daté du mois 01/2026, déjà payé par sa"
        " propre DSN"
    )


@pytest.mark.parametrize(
    "periods",
    [
        ("2026-01", "2026-02", "2026-03"),
        # Every month pays the one before: a way of paying.
        ("2026-01", "2026-01", "2026-02"),
        # A month that is not in the files may well be unpaid.
        ("2026-01", "2026-02", "2025-12"),
    ],
)
def test_what_is_no_misdated_payment_is_not_told(periods: tuple[str, ...]) -> None:
    assert MISDATED not in found(*paid(*periods))


def test_a_completed_payment_is_no_misdated_one() -> None:
    late = [payment("2026-02", "200.40"), payment("2026-01", "100.40")]
    said = found(
        month("2026-01", payment("2026-01", "100.00")),
        month("2026-02", *late),
        month("2026-03", payment("2026-03", "200.40")),
    )
    assert MISDATED not in said
    assert "PAIEMENT_DIFFERENT_DU_DETAIL" not in said


def test_a_quarter_paid_at_once_is_legitimate_and_named() -> None:
    quarter = month(MONTHS[2], payment("2026-03", "601.20"))
    said = found(month(MONTHS[0]), month(MONTHS[1]), quarter)
    finding = said["LEGITIME_VERSEMENT_TRIMESTRIEL"]
    assert finding.status is Status.LEGITIMATE
    assert len(finding.periods) == 3 and finding.amount == 0
    assert finding.evidence
    assert "PAIEMENT_DIFFERENT_DU_DETAIL" not in said


def test_one_establishment_that_pays_for_all_is_legitimate_and_named() -> None:
    said = found(
        month(MONTHS[0], payment(MONTHS[0], "400.80")),
        month(MONTHS[0], payment(MONTHS[0], "0.00"), nic="00025"),
    )
    finding = said["LEGITIME_VERSEMENT_POUR_L_ENTREPRISE"]
    assert finding.status is Status.LEGITIMATE
    assert finding.amount == 0
    assert "PAIEMENT_DIFFERENT_DU_DETAIL" not in said

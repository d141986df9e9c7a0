"""The agreement of most contracts beside the one of the adhesion."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.pipeline import Knowledge, analyse
from miroir.plugins import PluginManager
from miroir.types.diagnosis import Finding, Status
from miroir.types.source import ReceivedFile

from tests.recomputation.companies import condition
from tests.written import (
    Lines,
    as_bytes,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
)

CAUSE = "IDCC_DIFFERENT_DE_L_ADHESION"


def person(idcc: str, rank: int) -> Lines:
    paid = contribution("131", "200.40")
    return employee(
        [contract(n017=idcc)],
        "2026-01",
        [],
        [base("02", "2000.00", "2026-01", paid), base("03", "2000.00", "2026-01")],
        nir=f"199019999990{rank}",
    )


def found(agreed: str, *declared: str) -> Finding | None:
    employees = [person(idcc, rank) for rank, idcc in enumerate(declared, start=1)]
    file = ReceivedFile.of(
        "a.dsn", as_bytes(envelope(declaration("2026-01", *employees)))
    )
    given = [replace(condition("04"), idcc=agreed, siren="999000243", siret="")]
    knowledge = Knowledge(
        diagnostics=PluginManager.load(enabled=[]).diagnostics(), conditions=given
    )
    (company,) = analyse([file], knowledge).companies
    assert company.failures == ()
    return next(
        (one.finding for one in company.diagnoses if one.cause.id == CAUSE), None
    )


def test_another_agreement_of_most_contracts_is_a_hypothesis() -> None:
    finding = found("2216", "1486", "1486", "2216")
    assert finding is not None
    assert finding.status is Status.HYPOTHESIS
    assert finding.detail == (
        "établissement 99900024300017 : IDCC 1486 déclaré, 2216 à l’adhésion"
    )
    assert [(each.rubrique, each.value) for each in finding.evidence] == [
        ("S21.G00.40.017", "1486")
    ] * 2


@pytest.mark.parametrize(
    "agreed, declared",
    [
        ("1486", ("1486", "2216", "1486")),
        ("573", ("0573",)),
        ("2216", ("1486", "2216")),
        ("2216", ("9999", "9999")),
        ("", ("1486",)),
    ],
    ids=["same", "leading-zero", "half", "none-declared", "none-agreed"],
)
def test_what_does_not_differ_is_not_told(
    agreed: str, declared: tuple[str, ...]
) -> None:
    assert found(agreed, *declared) is None

"""The general reduction and another one on the same pay."""

from __future__ import annotations

import pytest
from miroir.pipeline import Knowledge, analyse
from miroir.plugins import PluginManager
from miroir.types.diagnosis import Finding, Status
from miroir.types.source import ReceivedFile

from tests.written import (
    as_bytes,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
)

CAUSE = "DEUX_REDUCTIONS_CUMULEES"


def found(*codes: tuple[str, str]) -> Finding | None:
    reductions = [contribution(code, amount, "2000.00") for code, amount in codes]
    one = employee(
        [contract()],
        "2026-01",
        [],
        [
            base("02", "2000.00", "2026-01", contribution("131", "200.40")),
            base("03", "2000.00", "2026-01", *reductions),
        ],
    )
    file = ReceivedFile.of("a.dsn", as_bytes(envelope(declaration("2026-01", one))))
    knowledge = Knowledge(diagnostics=PluginManager.load(enabled=[]).diagnostics())
    (company,) = analyse([file], knowledge).companies
    assert company.failures == ()
    return next(
        (one.finding for one in company.diagnoses if one.cause.id == CAUSE), None
    )


@pytest.mark.parametrize("other", ["110", "111", "112", "113"])
def test_two_reductions_on_one_base_are_told_with_the_second(other: str) -> None:
    finding = found(("106", "-50.00"), (other, "-30.00"))
    assert finding is not None
    assert finding.status is Status.HYPOTHESIS
    assert finding.amount == 0
    assert [(each.rubrique, each.value) for each in finding.evidence] == [
        ("S21.G00.81.001", other)
    ]


@pytest.mark.parametrize(
    "codes",
    [
        [("106", "-50.00")],
        [("110", "-50.00")],
        [("106", "-50.00"), ("110", "0.00")],
        [("106", "0.00"), ("111", "-30.00")],
    ],
)
def test_one_reduction_alone_is_right(codes: list[tuple[str, str]]) -> None:
    assert found(*codes) is None

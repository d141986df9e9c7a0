from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from miroir import (
    Cause,
    CompanyView,
    Diagnosis,
    EstablishmentGaps,
    Finding,
    Month,
    SampleSize,
    Scope,
    Status,
    Thresholds,
)
from miroir.plugins import PluginManager
from miroir.types.calculation import Amounts, Basis, Calculation, MirrorLine
from miroir.types.identity import PersonNumber
from miroir_gps_exemple.diagnostic import CAUSE
from miroir_gps_exemple.judging import (
    LARGE,
    WIDE,
    own_doubt_last,
    size,
    thresholds,
)

CONFIGURED = Thresholds(
    least={Scope.EMPLOYEES: 100, Scope.COMPANY: 500},
    minimum_explained=Decimal("0.1"),
)


def company(employees: int) -> CompanyView:
    lines = tuple(
        MirrorLine(
            siren="552100554",
            siret="55210055400013",
            person=PersonNumber(f"E{number:07}"),
            contract="1",
            period=Month(2026, 1),
            declared=Amounts(c131=300),
            declared_t1=0,
            declared_gross=0,
            calculation=Calculation(due=Amounts(), basis=Basis.CUMULATED),
            parts=(),
            contract_state=None,
        )
        for number in range(employees)
    )
    return CompanyView(
        siren="552100554",
        versions=(),
        mirror=lines,
        payments=(),
        conditions=(),
        thresholds=CONFIGURED,
    )


def diagnosis(rank: int, cause: Cause) -> Diagnosis:
    finding = Finding(
        cause=cause.id,
        scope=Scope.COMPANY,
        status=Status.ESTABLISHED,
        periods=(Month(2026, 1),),
    )
    return Diagnosis(rank=rank, cause=cause, finding=finding)


def test_amounts_count_ten_times_in_a_large_company() -> None:
    assert thresholds(company(LARGE - 1)) == CONFIGURED
    assert thresholds(company(LARGE)) == replace(
        CONFIGURED, least={Scope.EMPLOYEES: 1000, Scope.COMPANY: 5000}
    )


def test_the_doubt_on_its_own_export_is_told_last() -> None:
    other = replace(CAUSE, id="AUTRE")
    own = [diagnosis(1, other), diagnosis(2, CAUSE), diagnosis(3, other)]
    assert [one.rank for one in own_doubt_last(company(1), own)] == [1, 3, 2]


def test_more_are_drawn_where_much_is_at_stake() -> None:
    gaps = EstablishmentGaps(
        siren="552100554",
        siret="55210055400013",
        periods=(Month(2026, 1),),
        employees=80,
        lines=80,
        amount=WIDE - 1,
        causes={},
        configured=SampleSize(random=12),
    )
    assert size(gaps) == SampleSize(random=12)
    assert size(replace(gaps, amount=WIDE)) == SampleSize(random=24)


def test_miroir_finds_the_three_policies() -> None:
    plugins = PluginManager.load(enabled=["gps_exemple"])
    given = (plugins.threshold_policy(), plugins.ranking(), plugins.sampling())
    assert [one and (one.value.name, one.provider.name) for one in given] == [
        ("horizon", "gps_exemple"),
        ("horizon-doubt-last", "gps_exemple"),
        ("horizon", "gps_exemple"),
    ]

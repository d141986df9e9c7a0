from __future__ import annotations

from datetime import date
from decimal import Decimal

from miroir import AdhesionCondition, CompanyView, Month, Status
from miroir.plugins import PluginManager
from miroir.types.calculation import Amounts, Basis, Calculation, MirrorLine
from miroir.types.identity import PersonNumber
from miroir_gps_exemple.diagnostic import CAUSE, examine

CONDITION = AdhesionCondition(
    siren="552100554",
    siret="",
    category="04",
    valid_from=date(2020, 1, 1),
    valid_until=None,
    rate_t1=Decimal("6.20"),
    rate_t2=Decimal(17),
    employer_share=Decimal(60),
    idcc="",
    institution="",
    periodicity="M",
    headcount=None,
)


def _line(person: str, gap: int, condition: AdhesionCondition | None) -> MirrorLine:
    return MirrorLine(
        siren="552100554",
        siret="55210055400013",
        person=PersonNumber(person),
        contract="1",
        period=Month(2026, 1),
        declared=Amounts(c131=gap),
        declared_t1=0,
        declared_gross=0,
        calculation=Calculation(
            due=Amounts(), basis=Basis.CUMULATED, condition=condition
        ),
        parts=(),
        contract_state=None,
    )


def _company(*lines: MirrorLine, known: bool = True) -> CompanyView:
    return CompanyView(
        siren="552100554",
        versions=(),
        mirror=lines,
        payments=(),
        conditions=(CONDITION,) if known else (),
    )


def test_finds_the_gaps_calculated_without_condition() -> None:
    (finding,) = examine(
        _company(_line("A", 300, None), _line("B", 100, CONDITION), _line("C", 0, None))
    )
    assert finding.cause == CAUSE.id
    assert finding.status is Status.HYPOTHESIS
    assert finding.persons == (PersonNumber("A"),)
    assert finding.amount == 300
    assert finding.explained == Decimal("0.750")


def test_says_nothing_without_gap_nor_of_a_company_of_another_gps() -> None:
    assert examine(_company(_line("A", 0, None))) == []
    assert examine(_company(_line("A", 300, CONDITION))) == []
    assert examine(_company(_line("A", 300, None), known=False)) == []


def test_miroir_finds_everything_the_plugin_gives() -> None:
    plugins = PluginManager.load(enabled=["gps_exemple"])
    sources, commands = plugins.sources(), plugins.commands()
    diagnostics = [given.value.name for given in plugins.diagnostics()]
    assert {"horizon-dsn", "horizon-adhesions"} <= {*sources}
    assert sources["horizon-dsn"].provider.distribution == "miroir-gps-exemple"
    assert "horizon-adhesion" in diagnostics
    assert "horizon-export" in commands

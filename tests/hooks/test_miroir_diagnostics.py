from __future__ import annotations

from miroir import CompanyView, Month, Scope, Status
from miroir.plugins import PluginManager
from miroir.types.calculation import Amounts, Basis, Calculation, MirrorLine
from miroir.types.identity import PersonNumber

from tests.hooks.examples import example
from tests.plugins.distributions import Site


def _line(person: str) -> MirrorLine:
    return MirrorLine(
        siren="552100554",
        siret="55210055400013",
        person=PersonNumber(person),
        contract="1",
        period=Month(2026, 3),
        declared=Amounts(),
        declared_t1=0,
        declared_gross=0,
        calculation=Calculation(due=Amounts(), basis=Basis.DECLARED_BASES),
        parts=(),
        contract_state=None,
    )


def _company(*persons: str) -> CompanyView:
    return CompanyView(
        siren="552100554",
        versions=(),
        mirror=tuple(map(_line, persons)),
        payments=(),
        conditions=(),
    )


def test_the_example_finds_the_company_with_one_employee(site: Site) -> None:
    site.install("miroir-gps-example", {"example_diag": example("miroir_diagnostics")})
    plugins = PluginManager.load(enabled=["example_diag"])
    diagnostic, provider = next(
        given for given in plugins.diagnostics() if given.value.name == "alone"
    )
    assert provider.name == "example_diag"

    found = diagnostic.examine(_company("E0000001"))

    assert [(f.cause, f.scope, f.status, f.periods) for f in found] == [
        ("SALARIE_SEUL", Scope.COMPANY, Status.HYPOTHESIS, (Month(2026, 3),))
    ]
    assert not diagnostic.examine(_company("E0000001", "E0000002"))

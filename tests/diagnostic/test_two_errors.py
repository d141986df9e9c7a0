"""Two errors on one code of one line; what is told of their extent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import Adhesion, Fault, build, make_mixture, simulate
from miroir.testing.payroll import population as p
from miroir.testing.payroll.population import Scene
from miroir.types.diagnosis import CompanyAnalysis, Diagnosis, Scope, Status

from tests.diagnostic.confusion import analysed


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return PluginManager.load()


def against_the_client(company: CompanyAnalysis) -> list[Diagnosis]:
    return [d for d in company.diagnoses if d.finding.status is not Status.LEGITIMATE]


@pytest.mark.parametrize(
    "causes",
    [
        ("CEG_ABSENTE", "CET_ABSENTE"),
        ("CEG_ABSENTE", "TAUX_APPEL_OUBLIE"),
        ("PMSS_ANNEE_PRECEDENTE", "TAUX_APPEL_OUBLIE"),
        ("PMSS_ANNEE_PRECEDENTE", "REGULARISATION_PROGRESSIVE_ABSENTE"),
        ("CET_SUR_T2_SEULE", "TAUX_SUPERIEUR_A_ADHESION"),
        ("APEC_DANS_131", "PART_PATRONALE_SEULE"),
        ("CODE_105_APRES_2025", "CEG_ABSENTE"),
        ("SALARIE_DECLARE_DEUX_FOIS", "TAUX_APPEL_OUBLIE"),
    ],
)
def test_both_are_told_and_their_amounts_add_up(
    causes: tuple[str, str], plugins: PluginManager
) -> None:
    company = analysed(make_mixture(31, 2026, 5, 14, causes), plugins)
    found = against_the_client(company)
    assert {each.cause.id for each in found[:2]} == set(causes)
    amounts = [d for d in found[:2] if d.finding.explained is not None]
    if "SALARIE_DECLARE_DEUX_FOIS" not in causes and len(amounts) == 2:
        whole = sum(line.gap.total for line in company.view.gaps)
        lines = len(company.view.gaps)
        told = sum(d.finding.amount for d in amounts)
        assert abs(told - whole) <= 5 * lines or "CODE_105_APRES_2025" in causes


def one_fault(
    fault: Fault, careers: Sequence[p.Career], seed: int = 8
) -> CompanyAnalysis:
    random = Random(seed)
    company = build(random, Scene(random, 2026, 6), careers, Adhesion(), 1)
    people = fault.people
    if people == frozenset({"cadres"}):
        cadres = [x.number for x in company.people if x.contracts[0].status == "01"]
        fault = replace(fault, people=frozenset(cadres))
    made = simulate(company, 2026, 6, faults=[fault])
    return analysed(made, PluginManager.load())


def test_an_error_of_one_group_names_the_group() -> None:
    fault = Fault(name="CEG_ABSENTE", people=frozenset({"cadres"}))
    company = one_fault(fault, [p.cadre] * 4 + [p.employee] * 5)
    (first, *_) = against_the_client(company)
    assert first.cause.id == "CEG_ABSENTE"
    assert first.finding.scope is Scope.GROUP
    assert "statut (40.003) 01" in first.finding.detail


def test_an_error_of_some_employees_has_no_group() -> None:
    careers = [p.employee] * 7
    random = Random(8)
    company = build(random, Scene(random, 2026, 6), careers, Adhesion(), 1)
    some = frozenset(person.number for person in company.people[:3])
    made = simulate(company, 2026, 6, faults=[Fault(name="CEG_ABSENTE", people=some)])
    (first, *_) = against_the_client(analysed(made, PluginManager.load()))
    assert first.finding.scope is Scope.EMPLOYEES
    assert "ne touche qu’un groupe" not in first.finding.detail


def test_the_months_of_an_error_are_told() -> None:
    fault = Fault(name="TAUX_APPEL_OUBLIE", since=3, until=4)
    company = one_fault(fault, [p.cadre] * 3 + [p.employee] * 3)
    (first, *_) = against_the_client(company)
    assert first.cause.id == "TAUX_APPEL_OUBLIE"
    assert "l’écart commence en mars 2026" in first.finding.detail
    assert "l’écart cesse après avril 2026" in first.finding.detail


def test_a_beginning_on_the_date_of_the_conditions_says_so(
    plugins: PluginManager,
) -> None:
    made = make_mixture(4, 2026, 6, 8, ("TAUX_SUPERIEUR_A_ADHESION",), simple=True)
    rows = made.adhesions_csv.replace(b"2016-01-01;;6.20", b"2026-03-01;;6.20")
    before = made.adhesions_csv.replace(
        b"2016-01-01;;6.20", b"2016-01-01;2026-02-28;8.00"
    )
    both = rows + b"\n".join(before.splitlines()[1:]) + b"\n"
    company = analysed(replace(made, adhesions_csv=both), plugins)
    (first, *_) = against_the_client(company)
    assert first.cause.id == "TAUX_SUPERIEUR_A_ADHESION"
    assert "commence en mars 2026 (date d’effet de conditions" in first.finding.detail


def test_what_only_one_employee_shows_names_its_rivals() -> None:
    """CEG forgotten and the call rate forgotten are a cent apart at 5 022 €."""
    from datetime import date

    from miroir.testing.payroll import Company, Contract, Pay, Person
    from miroir.testing.payroll import Status as Of

    pays = {month: Pay(wage=502_200) for month in range(1, 4)}
    contract = Contract(
        number="00001", start=date(2020, 1, 1), status=Of.CADRE, pays=pays
    )
    siret = "99900024300017"
    person = Person(
        number="1800199999001",
        family_name="FICTIVE",
        first_name="ANDRÉ",
        birth=date(1980, 1, 2),
        siret=siret,
        contracts=(contract,),
    )
    company = Company(
        siren=siret[:9],
        sirets=(siret,),
        name="FICTIVE",
        idcc="1486",
        from_50=False,
        institution="30558637200321",
        people=(person,),
    )
    made = simulate(company, 2026, 3, faults=[Fault(name="CEG_ABSENTE")])
    (first, *_) = against_the_client(analysed(made, PluginManager.load()))
    assert first.cause.id in ("CEG_ABSENTE", "TAUX_APPEL_OUBLIE")
    assert first.finding.status is Status.HYPOTHESIS
    both = {first.cause.id, *first.finding.detail.split()}
    assert any("TAUX_APPEL_OUBLIE" in each for each in both)
    assert "serait écarté par" in first.finding.detail

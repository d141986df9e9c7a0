"""OpenFisca-France, run live. Imported only where it is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from tests.oracle.grid import Point, Result

VERSION = "176.1.8"
VARIABLES = {
    ("retirement", "employer"): "agirc_arrco_employeur",
    ("retirement", "employee"): "agirc_arrco_salarie",
    ("ceg", "employer"): "contribution_equilibre_general_employeur",
    ("ceg", "employee"): "contribution_equilibre_general_salarie",
    ("cet", "employer"): "contribution_equilibre_technique_employeur",
    ("cet", "employee"): "contribution_equilibre_technique_salarie",
    ("apec", "employer"): "apec_employeur",
    ("apec", "employee"): "apec_salarie",
}
_CENT = Decimal("0.01")


@cache
def _system() -> Any:
    return import_module("openfisca_france").FranceTaxBenefitSystem()


def run(points: Sequence[Point]) -> list[Result]:
    """One simulation for points of the same year, in March."""
    (year,) = {point.year for point in points}
    period = f"{year}-03"
    people = [_person(point, period) for point in points]
    simulation = _simulation(people)
    columns = {
        key: simulation.calculate(variable, period)
        for key, variable in VARIABLES.items()
    }
    return [
        {key: _euros(column[rank]) for key, column in columns.items()}
        for rank in range(len(points))
    ]


def reduction(salary: Decimal, period: str, headcount: int) -> Decimal:
    """The whole general reduction of one month, in euros."""
    person = _person(Point(int(period[:4]), False, salary), period)
    person["effectif_entreprise"] = {period: headcount}
    person["allegement_general_mode_recouvrement"] = {period: "anticipe"}
    return _euros(_simulation([person]).calculate("allegement_general", period)[0])


def _euros(value: Any) -> Decimal:
    """Amounts are 32-bit numbers, negative for what is paid."""
    return abs(Decimal(str(float(value)))).quantize(_CENT)


def _person(point: Point, period: str) -> dict[str, Any]:
    kind = "prive_cadre" if point.cadre else "prive_non_cadre"
    inputs = {
        "salaire_de_base": float(point.salary),
        "categorie_salarie": kind,
        "contrat_de_travail": "temps_plein",
        "contrat_de_travail_debut": "2010-01-01",
        "cotisation_sociale_mode_recouvrement": "mensuel_strict",
        "effectif_entreprise": 30,
    }
    born = {"date_naissance": {"ETERNITY": "1980-01-01"}}
    return born | {name: {period: value} for name, value in inputs.items()}


def _simulation(people: Sequence[Mapping[str, Any]]) -> Any:
    builder = import_module("openfisca_core.simulation_builder").SimulationBuilder()
    names = [f"p{rank}" for rank in range(len(people))]
    entities = {
        "individus": dict(zip(names, people, strict=True)),
        "familles": {f"f{name}": {"parents": [name]} for name in names},
        "foyers_fiscaux": {f"t{name}": {"declarants": [name]} for name in names},
        "menages": {f"m{name}": {"personne_de_reference": [name]} for name in names},
    }
    return builder.build_from_entities(_system(), entities)

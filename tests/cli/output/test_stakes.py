"""What is at stake as it is printed, for the shapes that a company can take."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from miroir.cli.output.mask import Mask
from miroir.cli.output.stakes import as_text
from miroir.cli.output.stakes_json import as_json
from miroir.stakes.company import stakes_of
from miroir.types.diagnosis import Status

from tests.stakes.reading import found
from tests.synthesis.cases import pseudonym

MASK = Mask(pseudonym)
ON = date(2026, 5, 20)


def text(cause: str, on: date = ON) -> str:
    return " ".join(as_text(stakes_of(found(cause), on), MASK).split())


def test_points_of_bases_are_made_of_both_tranches() -> None:
    said = text("PMSS_ANNEE_PRECEDENTE")
    assert "points de trop" in said and "Déclaré ou payé en trop" in said
    assert "[(T1 −80,00 € × 6,20 %) + (T2 +80,00 € × 17,00 %)] ÷ 20,1877 € =" in said


def test_what_was_overpaid_is_told_by_payment() -> None:
    said = text("CET_SOUS_PLAFOND")
    assert "janvier 2026, établissement" in said and " € de trop" in said
    assert "Majorations" not in said
    assert "de trop ; prescrit depuis le" in text("CET_SOUS_PLAFOND", date(2031, 3, 1))


def test_points_of_contributions_are_said_without_the_call_rate() -> None:
    said = text("COTISATION_131_ABSENTE")
    assert "Il manque" in said
    assert "(cotisations T1 et T2 au taux de calcul −" in said
    assert "sans le taux d’appel" in said


def test_what_is_on_our_side_is_said_to_be() -> None:
    said = text("TAUX_SUPERIEUR_A_ADHESION")
    assert "origine de notre côté, rien n’est réclamé" in said
    assert "Rien à réclamer ni à rendre." in said


def test_what_is_not_settled_is_said_to_be() -> None:
    analysis = found("T2_PERDUE")
    first = analysis.diagnoses[0]
    unsure = replace(first, finding=replace(first.finding, status=Status.HYPOTHESIS))
    stakes = stakes_of(replace(analysis, diagnoses=(unsure,)), ON)
    said = as_text(stakes, MASK)
    assert "à confirmer" in said and "(hypothèse)" in said


def test_what_is_out_of_time_is_left_to_a_human() -> None:
    said = text("CEG_T2_ABSENTE", date(2031, 3, 1))
    assert "prescrit depuis le 25 février 2031, sauf interruption" in said


def test_a_single_point_is_singular() -> None:
    stakes = stakes_of(found("PMSS_ANNEE_PRECEDENTE"), ON)
    first = stakes.employees[-1]
    few = replace(first, lines=first.lines[:3])
    said = " ".join(as_text(replace(stakes, employees=(few,)), MASK).split())
    assert " point de trop" in said and " points de trop" not in said


def test_what_has_no_figure_is_in_the_document_too() -> None:
    stakes = stakes_of(found("SALARIE_OMIS_UN_MOIS"), ON)
    (one,) = [
        each
        for each in json.loads(as_json(stakes, MASK))["not_priced"]
        if each["what"] == "ce qui n’a pas été déclaré"
    ]
    assert one["why"] and one["periods"]
    assert "Ce qui n’est pas chiffré" in as_text(stakes, MASK)

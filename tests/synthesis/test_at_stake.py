"""What is at stake, as the call sheet, the mail and the record say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from miroir.stakes.company import stakes_of
from miroir.synthesis.at_stake import at_stake, in_one_sentence
from miroir.synthesis.building import case_of
from miroir.synthesis.case import Case, Reader
from miroir.synthesis.french import points
from miroir.synthesis.wording import Level
from miroir.types.diagnosis import Status

from tests.stakes.reading import found
from tests.synthesis.cases import HYPOTHESIS, case, pseudonym

ON = date(2026, 5, 20)


def told(cause: str, on: date = ON) -> Case:
    return case_of(found(cause), Reader(level=Level.PAYROLL, name_of=pseudonym), on)


def said(one: Case, level: Level = Level.PAYROLL, *, to_company: bool = False) -> str:
    return " ".join(" ".join(at_stake(one, level, to_company=to_company)).split())


def test_surcharges_are_given_on_two_days_with_their_rate_and_their_least() -> None:
    made = said(told("CET_ABSENTE"))
    assert "au 20 mai 2026" in made and "après le 25 mai 2026" in made
    assert "(estimation, 2,53 % par mois commencé)" in made
    assert (
        "Un minimum est prévu pour chaque échéance en retard (36,00 € par mois)" in made
    )
    assert "points" not in made  # CET buys none


def test_levels_say_the_same_figures() -> None:
    one = told("CET_ABSENTE")
    novice, expert = said(one, Level.NOVICE), said(one, Level.EXPERT)
    assert "(estimation)" in novice and "2,53" not in novice
    assert "article 45" in expert
    first = novice.split(" :")[1].split(" au ")[0]
    assert first in said(one) and first in expert


def test_both_rates_are_named_over_two_years() -> None:
    one = told("CET_ABSENTE")
    instalment = one.stakes.late[0]
    old = replace(
        instalment.late[0], percent=Decimal("2.86"), begins=date(2025, 12, 26)
    )
    both = replace(instalment, late=(old, *instalment.late))
    stakes = replace(one.stakes, instalments=(both,))
    assert "2,86 % puis 2,53 % par mois commencé" in said(replace(one, stakes=stakes))


def test_before_the_first_day_of_payment_nothing_is_due_yet() -> None:
    made = said(told("CET_ABSENTE", date(2026, 2, 20)))
    assert (
        "Aucune majoration de retard n’est due avant le 25 février 2026 ; après,"
        in made
    )
    early = said(told("CET_ABSENTE", date(2026, 1, 5)))
    assert early.startswith(
        "Aucune majoration de retard n’est due avant le 25 février 2026."
    )


def test_a_year_without_a_rate_is_said_to_have_none() -> None:
    made = said(told("CET_ABSENTE", date(2027, 2, 1)))
    assert "aucun taux n’est encore publié pour 2027" in made


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("T2_PERDUE", "Il manque"),
        ("PMSS_ANNEE_PRECEDENTE", "points de retraite sont comptés en trop à"),
    ],
)
def test_points_are_said_both_ways(cause: str, words: str) -> None:
    assert words in said(told(cause))


def test_a_point_and_a_half_is_singular() -> None:
    one = told("PMSS_ANNEE_PRECEDENTE")
    first = one.stakes.employees[-1]
    few = replace(first, lines=first.lines[:3])
    made = said(replace(one, stakes=replace(one.stakes, employees=(few,))))
    assert 1 < few.points < 2
    assert " point de retraite est compté en trop à 1 salarié (estimation)" in made


def test_what_was_overpaid_can_be_recovered() -> None:
    made = said(told("PMSS_ANNEE_PRECEDENTE"))
    assert "La correction permet de récupérer" in made


def test_a_hypothesis_comes_with_a_warning_and_is_not_told_to_the_company() -> None:
    one = case(HYPOTHESIS)
    assert said(one).startswith("Chiffres à n’avancer qu’une fois la cause confirmée.")
    assert said(one, to_company=True) == ""


def test_a_part_that_is_open_is_told_apart() -> None:
    analysis = found("T2_PERDUE")
    first = analysis.diagnoses[0]
    finding = replace(first.finding, persons=first.finding.persons[:1])
    some = replace(first, finding=finding)
    one = case_of(
        replace(analysis, diagnoses=(some,)),
        Reader(level=Level.PAYROLL, name_of=pseudonym),
        ON,
    )
    made = said(one)
    assert made.startswith("Sur ") and "à confirmer." in made
    assert "restent à chiffrer" not in said(one, Level.NOVICE)


def test_nothing_is_at_stake_where_nothing_is_asked() -> None:
    assert said(told("TAUX_SUPERIEUR_A_ADHESION"), to_company=True) == ""
    assert said(told("")) == ""


def test_a_cause_without_an_amount_still_says_why_it_matters() -> None:
    made = said(told("SIRET_INSTITUTION_ERRONE"))
    assert made.startswith("Les droits à retraite des salariés dépendent")


def test_what_was_not_declared_is_not_taken_for_nothing() -> None:
    made = said(told("SALARIE_OMIS_UN_MOIS"))
    assert "de ce qui n’a pas été déclaré manquent" in made


def test_prescription_is_for_the_adviser_alone() -> None:
    one = told("CET_ABSENTE", date(2031, 3, 1))
    words = "Prescription à vérifier avant toute demande pour ce qui est né en janvier 2026."
    assert words in said(one) and words not in said(one, to_company=True)


def test_a_quarter_has_its_own_least_amount() -> None:
    analysis = found("CET_ABSENTE")
    conditions = tuple(
        replace(one, periodicity="T") for one in analysis.view.conditions
    )
    view = replace(analysis.view, conditions=conditions)
    reader = Reader(level=Level.PAYROLL, name_of=pseudonym)
    one = case_of(replace(analysis, view=view), reader, ON)
    assert "(108,00 € par trimestre)" in said(one)


def test_the_record_has_the_figures_in_one_sentence() -> None:
    made = " ".join(in_one_sentence(told("T2_PERDUE")).split())
    assert made.startswith("En jeu au 20 mai 2026 (estimation) :")
    assert "de majorations de retard et" in made and made.endswith("manquants.")
    over = in_one_sentence(told("PMSS_ANNEE_PRECEDENTE"))
    assert over.endswith("de retraite en trop.")
    assert in_one_sentence(told("CET_SOUS_PLAFOND")) == ""
    assert in_one_sentence(told("")) == ""


def test_a_gap_without_a_rule_leaves_points_to_be_counted() -> None:
    analysis = found("CEG_T2_ABSENTE")
    first = analysis.diagnoses[0]
    unknown = replace(
        first,
        cause=replace(first.cause, id="ACME_OWN"),
        finding=replace(first.finding, status=Status.ESTABLISHED),
    )
    own = replace(analysis, diagnoses=(unknown,))
    assert stakes_of(own, ON).not_priced
    one = case_of(own, Reader(level=Level.PAYROLL, name_of=pseudonym), ON)
    assert "restent à chiffrer" in said(one)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0.50", "0,50\u00a0point"),
        ("-1.99", "1,99\u00a0point"),
        ("2.00", "2,00\u00a0points"),
        ("1234.5", "1\u202f234,5\u00a0points"),
    ],
)
def test_points_agree_in_number(value: str, words: str) -> None:
    assert points(Decimal(value)) == words

"""Points, against bases read from the files and a payroll that is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from miroir.diagnostic.catalogue import by_id
from miroir.stakes.company import stakes_of
from miroir.stakes.model import Subject, hundredth
from miroir.stakes.points import RULED, line_points
from miroir.testing.payroll import CAUSES
from miroir.types.diagnosis import TOLERANCE

from tests.stakes.reading import (
    PRICE,
    declared,
    due,
    faulty,
    found,
    points,
    rate_t1_of,
)

ON = date(2026, 6, 1)
CENT = Decimal("0.01")
BASES = (
    "PMSS_ANNEE_PRECEDENTE",
    "PLAFOND_NON_PRORATISE_ENTREE_SORTIE",
    "PLAFOND_ABSENCE_NON_PRORATISEE",
    "PLAFOND_TRENTIEME",
    "REGULARISATION_PROGRESSIVE_ABSENTE",
    "T2_PERDUE",
    "BASE_03_ABSENTE",
)
NOTHING = (
    "TAUX_APPEL_OUBLIE",
    "CEG_T2_ABSENTE",
    "CET_ABSENTE",
    "CET_TEST_MENSUEL",
    "CET_SUR_T2_SEULE",
    "CET_SOUS_PLAFOND",
    "APEC_ABSENTE",
    "APEC_NON_CADRE",
    "APEC_DANS_131",
    "REDUCTION_106_ABSENTE",
    "APPRENTI_109_ABSENTE",
    "APPRENTI_SEUIL_79",
)


def by_person(cause: str) -> dict[str, Decimal]:
    stakes = stakes_of(found(cause), ON)
    assert not stakes.not_priced
    return {one.person.reveal(): one.points for one in stakes.employees}


@pytest.mark.parametrize("cause", BASES)
def test_wrong_bases_cost_the_points_between_them_and_the_right_ones(
    cause: str,
) -> None:
    rate = rate_t1_of(faulty(cause))
    expected = {}
    for person, (t1, t2) in due(cause).items():
        wrong_t1, wrong_t2 = declared(cause)[person]
        lost = points(wrong_t1 - t1, wrong_t2 - t2, rate)
        if abs(lost) >= CENT / 2:
            expected[person] = lost
    got = by_person(cause)
    assert expected and got.keys() == expected.keys()
    for person, lost in expected.items():
        # A gap under the tolerance is not one: a month may be left out.
        assert abs(got[person] - lost) <= 2 * CENT, person


@pytest.mark.parametrize("cause", NOTHING)
def test_contributions_that_buy_nothing_cost_no_point(cause: str) -> None:
    assert found(cause).view.gaps
    assert by_person(cause) == {}


def test_a_contribution_that_is_absent_costs_all_its_points() -> None:
    cause = "COTISATION_131_ABSENTE"
    ((person, lost),) = by_person(cause).items()
    all_of_them = points(*due(cause)[person], rate_t1_of(faulty(cause)))
    assert abs(lost + all_of_them) <= CENT


def test_half_of_a_contribution_costs_that_part_of_its_points() -> None:
    cause = "PART_PATRONALE_SEULE"
    got = by_person(cause)
    assert len(got) > 3  # an apprentice pays nothing under his threshold
    for person, lost in got.items():
        t1, t2 = due(cause)[person]
        # 3.15 of 7.87 % and 8.64 of 21.59 % are the employee's.
        missing = (t1 * Decimal("3.15") + t2 * Decimal("8.64")) / 100
        assert abs(lost + missing / Decimal("1.27") / PRICE) <= abs(lost) / 100


def test_t2_at_the_rate_of_t1_costs_the_difference() -> None:
    cause = "T2_AU_TAUX_T1"
    got = by_person(cause)
    for person, (_, t2) in due(cause).items():
        lost = t2 * (17 - Decimal("6.20")) / 100 / PRICE
        assert abs(got.get(person, Decimal()) + lost) <= 2 * CENT


def test_a_rate_under_the_adhesion_costs_the_points_of_the_difference() -> None:
    cause = "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION"
    rate = rate_t1_of(faulty(cause))
    assert rate > Decimal("6.20")
    for person, lost in by_person(cause).items():
        gap = due(cause)[person][0] * (rate - Decimal("6.20")) / 100 / PRICE
        assert abs(lost + gap) <= 2 * CENT


def test_t2_stopped_at_four_ceilings_costs_the_rest() -> None:
    cause = "T2_BORNEE_4_PSS"
    got = by_person(cause)
    assert got
    for person, lost in got.items():
        beyond = due(cause)[person][1] - 3 * 4 * Decimal(4005)
        assert abs(lost + points(Decimal(), beyond, Decimal())) <= 2 * CENT


def test_a_declaration_made_twice_gives_its_points_twice() -> None:
    cause = "SALARIE_DECLARE_DEUX_FOIS"
    ((person, over),) = by_person(cause).items()
    assert (
        abs(over - points(*due(cause)[person], rate_t1_of(faulty(cause)))) <= 2 * CENT
    )


def test_two_causes_on_a_line_are_told_apart_when_one_is_missing_whole() -> None:
    analysis = found("TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION")
    line = next(one for one in analysis.view.gaps if one.calculation.tranches.t1 > 0)
    cause = "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION"
    alone = line_points(line, [cause], TOLERANCE)
    # The CEG missing too: 2.15 % of T1 and 2.70 % of T2 more.
    tranches = line.calculation.tranches
    ceg = round(
        Decimal("2.15") * tranches.t1 / 100 + Decimal("2.7") * tranches.t2 / 100
    )
    declared_less = replace(line.declared, c131=line.declared.c131 - ceg)
    both = replace(line, declared=declared_less)
    together = line_points(both, [cause, "CEG_ABSENTE"], TOLERANCE)
    assert alone is not None and together is not None
    assert abs(together.points - alone.points) < Fraction(1, 1000)
    # What a wrong test of CET is worth cannot be told from the rate.
    assert line_points(both, [cause, "CET_TEST_MENSUEL"], TOLERANCE) is None


def test_without_adhesion_conditions_the_standard_rates_buy() -> None:
    line = found("TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION").view.gaps[0]
    unknown = replace(line, calculation=replace(line.calculation, condition=None))
    cause = "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION"
    made = line_points(unknown, [cause], TOLERANCE)
    assert made is not None and made.rate_t1 == Decimal("6.20")
    # Nothing tells the rate that is missing: the call rate alone is taken off.
    assert made.contributions == Fraction(line.gap.c131 * 100, 127)


@pytest.mark.parametrize("causes", [[], ["ECART_INEXPLIQUE"], ["ACME_OWN_CAUSE"]])
def test_a_gap_without_a_rule_has_no_figure(causes: list[str]) -> None:
    line = found("CEG_T2_ABSENTE").view.gaps[0]
    assert line_points(line, causes, TOLERANCE) is None


def test_the_rules_are_those_of_known_causes() -> None:
    assert set(RULED) <= set(by_id())
    assert not [cause for cause in RULED if by_id()[cause].legitimate]


def test_a_rate_under_the_adhesion_that_is_not_known_takes_the_call_rate_off() -> None:
    line = found("TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION").view.gaps[0]
    made = line_points(line, ["TAUX_INFERIEUR_A_ADHESION"], TOLERANCE)
    assert made is not None
    assert made.contributions == Fraction(line.gap.c131 * 100, 127)


def test_lines_without_a_figure_are_counted_apart() -> None:
    analysis = replace(found("CEG_T2_ABSENTE"), diagnoses=())
    stakes = stakes_of(analysis, ON)
    assert stakes.employees == ()
    (one,) = stakes.not_priced
    assert one.what is Subject.POINTS
    assert set(one.persons) == {line.person for line in analysis.view.gaps}
    assert stakes.open == stakes.owed > 0


def test_every_simulated_cause_has_a_figure_or_says_that_it_has_none() -> None:
    for cause in CAUSES:
        if not found(cause).view.gaps:
            continue
        stakes = stakes_of(found(cause), ON)
        told = {
            each.cause.id
            for each in found(cause).diagnoses
            if each.finding.status == "established" and each.finding.amount
        }
        if cause in told and len(told) == len(stakes.causes):
            assert not [one for one in stakes.not_priced if one.what == Subject.POINTS]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(-149, 30_000), "0"),
        (Fraction(12_345, 1000), "12.35"),
    ],
)
def test_points_are_rounded_half_away_from_zero(value: Fraction, shown: str) -> None:
    assert hundredth(value) == Decimal(shown)

"""Errors of one employee at once, and those that a payment or a gap may hide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from miroir.diagnostic.ranking import BACKGROUND
from miroir.testing.payroll import (
    EVERY_CAUSE,
    Adhesion,
    Fault,
    Habits,
    build,
    simulate,
)
from miroir.testing.payroll import population as p
from miroir.testing.payroll.population import Career, Scene
from miroir.types.diagnosis import CompanyAnalysis, Diagnosis, Status

from tests.diagnostic.confusion import analysed, loaded

OTHERS: tuple[Career, ...] = (p.cadre, p.cadre, p.employee, p.employee, p.employee)


def told(
    careers: Sequence[Career],
    *faults: tuple[str, slice | None],
    months: int = 5,
    habits: Habits | None = None,
    establishments: int = 1,
) -> CompanyAnalysis:
    """Errors on some of the people, by rank; None: on everybody."""
    random = Random(3)
    scene = Scene(random, 2026, months)
    adhesion = next(
        (
            EVERY_CAUSE[name].adhesion
            for name, _ in faults
            if EVERY_CAUSE[name].adhesion != Adhesion()
        ),
        Adhesion(),
    )
    company = build(random, scene, [*careers, *OTHERS], adhesion, establishments)
    made = [
        Fault(
            name=name,
            people=some and frozenset(each.number for each in company.people[some]),
        )
        for name, some in faults
    ]
    return analysed(simulate(company, 2026, months, habits, made), loaded())


def said(company: CompanyAnalysis) -> list[Diagnosis]:
    return [
        each
        for each in company.diagnoses
        if each.finding.status is not Status.LEGITIMATE
        and each.cause.id not in BACKGROUND
    ]


def names(company: CompanyAnalysis) -> list[str]:
    return [each.cause.id for each in said(company)]


FIRST = slice(0, 1)


@pytest.mark.parametrize(
    ("career", "causes"),
    [
        (p.cadre, ("STATUT_99_AFFILIE", "BLOC_71_ABSENT")),
        (p.top, ("T2_BORNEE_4_PSS", "SALARIE_DECLARE_DEUX_FOIS")),
        (p.apprentice, ("APPRENTI_109_ABSENTE", "SALARIE_DECLARE_DEUX_FOIS")),
        (p.entry, ("PLAFOND_NON_PRORATISE_ENTREE_SORTIE", "BASE_03_ABSENTE")),
        (p.cadre, ("BASE_03_ABSENTE", "STATUT_99_AFFILIE")),
    ],
)
def test_two_errors_of_one_employee_are_both_told(
    career: Career, causes: tuple[str, str]
) -> None:
    company = told([career], *((cause, FIRST) for cause in causes))
    assert set(names(company)[:2]) == set(causes)


def test_a_cadre_declared_as_another_owes_apec_all_the_same() -> None:
    """Under 105 the two are one amount: the status is wrong, not Apec."""
    status = ("STATUT_CADRE_DECLARE_NON_CADRE", FIRST)
    company = told([p.cadre], ("CODE_105_APRES_2025", None), status)
    assert set(names(company)) == {"CODE_105_APRES_2025", status[0]}


def test_a_line_right_on_131_refutes_what_its_132_says_nothing_of() -> None:
    """Every line has a gap on 132; none but a bonus has one on 131."""
    company = told(
        [p.bonus, p.bonus],
        ("APEC_NON_CADRE", None),
        ("CET_TEST_MENSUEL", None),
    )
    assert set(names(company)) == {"APEC_NON_CADRE", "CET_TEST_MENSUEL"}


def test_amounts_of_no_rule_are_not_explained_one_by_one() -> None:
    company = told([p.employee], ("ECART_INEXPLIQUE", FIRST), months=8)
    (diagnosis,) = said(company)
    assert diagnosis.cause.id == "ECART_INEXPLIQUE"
    assert diagnosis.finding.status is Status.NOT_DECIDABLE
    assert len(diagnosis.finding.periods) == 8


def test_those_left_out_of_the_same_month_are_told_once() -> None:
    company = told([p.cadre, p.employee], ("SALARIE_OMIS_UN_MOIS", slice(0, 2)))
    (diagnosis,) = said(company)
    assert len(diagnosis.finding.persons) == 2
    assert len(diagnosis.finding.evidence) == 2


@pytest.mark.parametrize("net", [True, False])
@pytest.mark.parametrize(
    ("cause", "establishments"),
    [
        ("LEGITIME_VERSEMENT_TRIMESTRIEL", 1),
        ("LEGITIME_VERSEMENT_POUR_L_ENTREPRISE", 2),
    ],
)
def test_one_payment_for_several_counts_109_as_it_is_declared(
    cause: str, establishments: int, net: bool
) -> None:
    company = told(
        [p.apprentice, p.apprentice, p.old_apprentice],
        (cause, None),
        months=6,
        habits=Habits(apprentice_net=net),
        establishments=establishments,
    )
    assert said(company) == []
    assert cause in {each.cause.id for each in company.diagnoses}


def test_whole_euros_do_not_hide_142_and_146() -> None:
    company = told(
        [],
        ("LEGITIME_PAIEMENT_ARRONDI_EURO", None),
        ("PAIEMENT_142_146_AJOUTEES", None),
    )
    assert names(company) == ["PAIEMENT_142_146_AJOUTEES"]


def test_a_payment_that_a_missing_base_may_explain_is_a_hypothesis() -> None:
    """Less than the base bore, more than nothing: both, or one of the two."""
    missing, paid = "BASE_03_ABSENTE", "PAIEMENT_DIFFERENT_DU_DETAIL"
    assert names(told([p.cadre], (missing, FIRST))) == [missing]
    company = told([p.top], (missing, FIRST), (paid, None))
    assert names(company) == [missing, paid]
    (_, payment) = said(company)
    assert payment.finding.status is Status.HYPOTHESIS
    assert "base 03" in payment.finding.detail


def test_a_month_that_is_missing_does_not_hide_the_regularisation() -> None:
    company = told(
        [p.january_bonus] * 3,
        ("DSN_MENSUELLE_MANQUANTE", None),
        ("REGULARISATION_PROGRESSIVE_ABSENTE", None),
        months=6,
    )
    assert "PLAFOND_ABSENCE_NON_PRORATISEE" not in names(company)


def test_a_rate_that_the_adhesion_has_later_is_a_matter_of_date() -> None:
    random = Random(3)
    adhesion = Adhesion(rate_t1=8000, valid_from=date(2026, 3, 1))
    company = build(random, Scene(random, 2026, 5), OTHERS, adhesion)
    (diagnosis,) = said(analysed(simulate(company, 2026, 5), loaded()))
    assert diagnosis.cause.id == "DATE_EFFET_ADHESION_TARDIVE"
    months = [str(each) for each in diagnosis.finding.periods]
    assert months == ["2026-01", "2026-02"]

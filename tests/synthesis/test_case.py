from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.synthesis import phrases
from miroir.synthesis.building import case_of
from miroir.synthesis.case import Case, Reader, Side, Situation
from miroir.synthesis.documents import write
from miroir.synthesis.vocabulary import Document, vocabulary
from miroir.synthesis.wording import Level
from miroir.types.diagnosis import Status

from tests.synthesis.cases import ON, analysed, analysis_of, case, company, pseudonym

QUIET = 2
"""A company without anything that looks like an error and is right."""


@pytest.mark.parametrize(
    ("cause", "situation"),
    [
        ("CEG_ABSENTE", Situation.TO_CORRECT),
        ("TAUX_SUPERIEUR_A_ADHESION", Situation.TO_CLARIFY),
        ("DSN_MENSUELLE_MANQUANTE", Situation.TO_CLARIFY),
        ("ETABLISSEMENT_ABSENT_DE_L_ADHESION", Situation.OURS),
        ("LEGITIME_PAIEMENT_ARRONDI_EURO", Situation.LEGITIMATE),
        ("", Situation.NO_GAP),
    ],
)
def test_the_situation_is_the_first_thing_said(
    cause: str, situation: Situation
) -> None:
    assert case(cause, seed=QUIET).situation is situation


def test_nothing_is_concluded_where_nothing_is_compared() -> None:
    simulated = company()
    files = [  # a year whose parameters nobody knows yet
        (name, content.replace(b"2026'", b"2046'")) for name, content in simulated.files
    ]
    reader = Reader(level=Level.PAYROLL, name_of=pseudonym)
    found = case_of(analysis_of(simulated, files), reader, ON)
    assert found.situation is Situation.NOT_COMPARED
    assert [one.cause.id for one in found.limits] == ["MOIS_NON_CALCULES"]
    mail = write(Document.MAIL, found, Level.PAYROLL, "text").text
    assert "Nous n’avons pas pu calculer" in mail
    assert "Ce que nous avons constaté" not in mail


def test_figures_are_those_of_the_gaps_that_were_injected() -> None:
    simulated = company("CEG_ABSENTE")
    expected = simulated.expected_gaps
    figures = case("CEG_ABSENTE").figures
    persons = {person for person, _ in expected} if expected else set()
    assert figures.with_gap == len(persons)
    total = sum(expected.values())
    assert abs(figures.balance - total) <= len(expected)
    assert figures.missing == -figures.balance and figures.excess == 0
    assert sum(month.gap for month in figures.months) == figures.balance


def test_the_parts_of_causes_add_up_to_the_whole() -> None:
    for cause in ("CEG_ABSENTE", "PMSS_ANNEE_PRECEDENTE", "CET_ABSENTE"):
        found = case(cause)
        parts = sum(one.amount for one in found.points if not one.payment)
        assert parts == found.figures.balance, cause


def test_the_spread_holds_every_gap() -> None:
    found = analysed("CEG_ABSENTE")
    spread = case("CEG_ABSENTE").figures.spread
    gaps = sorted(line.gap.total for line in found.view.gaps)
    assert spread is not None
    assert (spread.least, spread.most, spread.lines) == (gaps[0], gaps[-1], len(gaps))
    assert spread.median in gaps


def test_names_are_there_only_when_asked_for() -> None:
    hidden, shown = case("CEG_ABSENTE"), case("CEG_ABSENTE", names=True)
    assert all(one.who.startswith("salarié n° e-") for one in hidden.examples)
    assert not any(point.who for point in hidden.points)
    family = {
        part.employee.family_name
        for line in analysed("CEG_ABSENTE").view.mirror
        for part in line.parts
    }
    assert all(any(name in one.who for name in family) for one in shown.examples)
    assert len(shown.points[0].who) == len(shown.points[0].persons)


def test_a_contact_shows_its_role_alone_without_names() -> None:
    hidden, shown = case("CEG_ABSENTE"), case("CEG_ABSENTE", names=True)
    assert "SERVICE PAIE" not in phrases.contacts(hidden)
    said = phrases.contacts(shown)
    assert "SERVICE PAIE" in said
    assert "01\u00a000\u00a000\u00a000\u00a000" in said
    assert "SERVICE PAIE" not in repr(shown)


def test_several_contacts_are_all_named() -> None:
    found = case("CEG_ABSENTE", names=True)
    other = replace(found.contacts[0], name="CABINET FICTIF", about="tous sujets")
    both = replace(found, contacts=(*found.contacts, other))
    said = phrases.contacts(both)
    assert "SERVICE PAIE" in said and "CABINET FICTIF" in said and " ; " in said
    roles = phrases.contacts(replace(both, named=False))
    assert roles == (
        "des contacts « retraite complémentaire » et « tous sujets » sont indiqués dans"
        " la DSN"
    )
    assert phrases.contacts(replace(found, contacts=())) == ""


def test_causes_that_tell_how_it_was_judged_are_limits() -> None:
    found = case("SALARIE_OMIS_UN_MOIS")
    assert [one.cause.id for one in found.points] == ["SALARIE_OMIS_UN_MOIS"]
    assert "HISTORIQUE_MANQUANT" in [one.cause.id for one in found.limits]


def test_paths_and_ids_of_causes_are_not_shown() -> None:
    simulated = company("LEGITIME_FICHIER_RECU_DEUX_FOIS")
    files = [(f"/secret/place/{name}", content) for name, content in simulated.files]
    reader = Reader(level=Level.EXPERT, name_of=pseudonym)
    found = case_of(analysis_of(simulated, files), reader, ON)
    details = " ".join(one.detail for one in found.settled)
    assert ".dsn" in details and "/secret" not in details
    assert all("/" not in e.file for one in found.settled for e in one.evidence)


def _questions(found: Case, document: Document) -> list[str]:
    asked = vocabulary(document, Level.PAYROLL)["asked"](found)
    assert isinstance(asked, list)
    return asked


def test_a_call_confirms_what_a_mail_takes_as_established() -> None:
    found = case("CEG_ABSENTE")
    assert found.points[0].status is Status.ESTABLISHED
    assert _questions(found, Document.CALL) != []
    assert _questions(found, Document.MAIL) == []


def test_what_is_ours_is_never_asked_of_the_company() -> None:
    found = case("ETABLISSEMENT_ABSENT_DE_L_ADHESION")
    words = vocabulary(Document.MAIL, Level.PAYROLL)
    assert {one.side for one in found.points} == {Side.OURS}
    assert words["requests"](found) == []
    assert len(words["ours"](found)) == 1

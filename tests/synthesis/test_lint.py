"""Canaries: every shape that must be refused, and what must not be."""

from __future__ import annotations

import pytest
from miroir.synthesis.lint import Kind, TextRefused, check, problems

NIR = "1850578006084"


@pytest.mark.parametrize(
    "written",
    [
        NIR,
        f"{NIR}36",
        "1 85 05 78 006 084",
        "1 85 05 78 006 084 36",
        "1.85.05.78.006.084",
        "1-85-05-78-006-084/36",
        "1\u00a085\u202f05\u00a078 006 084",
        "2 85 05 2A 006 084",
        "285052B006084",
        "1 8 5 0 5 7 8 0 0 6 0 8 4",
        "18 50 57 80 06 08 4",
        "1 850 578 006 084",
        "185 057 800 608 436",
        "1850578\u200b006084",
        "１８５０５７８００６０８４",
        "1 85 05 78\n006 084",
        "né sous le 7850578006084.",
        "FR7630006000011234567890189",
    ],
)
def test_numbers_of_persons_and_accounts_are_refused(written: str) -> None:
    found = problems(f"Ligne saine.\nVoici {written} en clair.")
    assert Kind.PERSON_NUMBER in {one.kind for one in found}
    assert found[0].line == 2


@pytest.mark.parametrize(
    "written",
    [
        "son salaire de 3 200,00 €",
        "Salaire\u00a0: 3\u202f200,00\u00a0€",
        "une rémunération mensuelle de 2500 euros",
        "il gagne 4 000 €",
        "le salaire brut est de 3 000 EUR",
        "3 200,00 € bruts",
        "45 000 € par an",
        "net à payer 2 100,50 €",
    ],
)
def test_the_pay_of_a_person_is_refused(written: str) -> None:
    assert [one.kind for one in problems(written)] == [Kind.PAY]


@pytest.mark.parametrize(
    "written",
    [
        "en arrêt maladie",
        "après un accident du travail",
        "salarié HANDICAPÉ",
        "congé de maternité",
        "mi-temps thérapeutique",
        "reconnu inapte",
        "pension d’invalidité",
        "dossier médical",
    ],
)
def test_words_about_health_are_refused(written: str) -> None:
    assert {one.kind for one in problems(written)} == {Kind.HEALTH}


@pytest.mark.parametrize(
    "written",
    [
        "gestionnaire incompétente",
        "une négligence",
        "de mauvaise foi",
        "c’est de la fraude",
        "interlocuteur agressif",
        "l’entreprise est fautive",
    ],
)
def test_judgements_are_refused(written: str) -> None:
    assert {one.kind for one in problems(written)} == {Kind.JUDGEMENT}


@pytest.mark.parametrize(
    "written",
    [
        "SIREN 640 151 353, établissement 640 151 353 00151",
        "SIRET 64015135300151 et 30558637200321",
        "640151353-2026-05.dsn, ligne 116, S21.G00.78.004",
        "334452166-2026-01.dsn, ligne 425",
        "les cotisations déclarées dépassent de 12 471,36 € celles qui sont dues",
        "janvier 2026  7 923,82 €  10 002,38 €  −2 078,56 €  11",
        "base plafonnée égale au salaire (8 salariés : il manque 14 183,04 €)",
        "01 23 45 67 89",
        "salarié n° e-k5hqy2vd7wzcaf3m",
        "le plafond mensuel est de 4 005 €",
        "une absence non payée",
        "la tranche 2 s’arrête à huit plafonds",
    ],
)
def test_what_a_case_is_made_of_may_leave(written: str) -> None:
    assert problems(written) == ()
    assert check(written) == written


def test_a_name_is_not_read_for_words_but_still_for_numbers() -> None:
    assert problems("SANTÉ PLUS, SIREN 640 151 353", ["SANTÉ PLUS"]) == ()
    assert problems(f"SANTÉ {NIR}", [f"SANTÉ {NIR}"])[0].kind is Kind.PERSON_NUMBER


def test_the_error_tells_where_and_never_repeats_the_number() -> None:
    with pytest.raises(TextRefused) as raised:
        check(f"Bien.\nNuméro {NIR}, salarié malade.")
    said = str(raised.value)
    assert "line 2: a social security number" in said
    assert "line 2: a word about health («malade»)" in said
    assert NIR not in said

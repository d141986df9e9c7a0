from __future__ import annotations

import pytest
from miroir.synthesis import french
from miroir.types.period import Month


def months(*texts: str) -> list[Month]:
    return [Month.parse(text) for text in texts]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["2026-03"], "en mars 2026"),
        (["2026-04", "2026-03"], "en mars et avril 2026"),
        (["2026-01", "2026-02", "2026-03"], "de janvier à mars 2026"),
        (["2026-04", "2026-05", "2026-06"], "d’avril à juin 2026"),
        (["2026-08", "2026-09", "2026-10"], "d’août à octobre 2026"),
        (["2025-12", "2026-01"], "en décembre 2025 et janvier 2026"),
        (["2025-11", "2025-12", "2026-01"], "de novembre 2025 à janvier 2026"),
        (["2026-01", "2026-03", "2026-05"], "en janvier, mars et mai 2026"),
        (
            ["2026-01", "2026-03", "2026-04", "2026-05"],
            "en janvier, puis de mars à mai 2026",
        ),
        ([], ""),
    ],
)
def test_months_are_said_as_in_a_letter(given: list[str], said: str) -> None:
    assert french.when(months(*given)).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["2026-03"], "de mars 2026"),
        (["2026-04"], "d’avril 2026"),
        (["2026-01", "2026-02"], "de janvier et février 2026"),
        (["2026-01", "2026-02", "2026-05"], "de janvier à mai 2026"),
        (["2025-10", "2026-02"], "d’octobre 2025 à février 2026"),
        ([], ""),
    ],
)
def test_a_period_follows_a_noun(given: list[str], said: str) -> None:
    assert french.of(months(*given)).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (123456, "1\u202f234,56\u00a0€"),
        (-5, "\u22120,05\u00a0€"),
        (100000000, "1\u202f000\u202f000,00\u00a0€"),
    ],
)
def test_amounts_are_set_as_in_print(cents: int, said: str) -> None:
    assert french.euros(cents) == said
    assert french.size(cents) == said.removeprefix("\u2212")


def test_zero_and_one_take_the_singular() -> None:
    said = [french.count(number, "salarié") for number in (0, 1, 2, 1204)]
    assert said == [
        "0\u00a0salarié",
        "1\u00a0salarié",
        "2\u00a0salariés",
        "1\u202f204\u00a0salariés",
    ]


def test_an_enumeration_ends_with_et_and_counts_what_it_leaves_out() -> None:
    assert french.enumeration([]) == ""
    assert french.enumeration(["a"]) == "a"
    assert french.enumeration(["a", "b", "c"]) == "a, b et c"
    assert french.enumeration(list("abcd"), most=2) == "a, b et 2\u00a0autres"
    assert french.enumeration(list("abc"), most=2) == "a, b et 1\u00a0autre"


def test_high_punctuation_never_begins_a_line() -> None:
    set_ = french.typographic("Est-ce vrai ? « oui » : 5 % ; l'an n° 3 !")
    assert set_ == (
        "Est-ce vrai\u202f? «\u00a0oui\u00a0»\u00a0: 5\u00a0%\u202f; l’an n°\u00a03\u202f!"
    )
    assert french.typographic(set_) == set_


def test_sentences_are_not_cut_at_rubriques_nor_amounts() -> None:
    text = "Voir 78.002 et R.242-2. Il manque 1 234,56 €. Fin ?\nAutre ligne"
    assert french.sentences(text) == [
        "Voir 78.002 et R.242-2.",
        "Il manque 1 234,56 €.",
        "Fin ?",
        "Autre ligne",
    ]


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Plafond de l’année", "plafond de l’année"),
        ("Établissement absent", "établissement absent"),
        ("CET non déclarée", "CET non déclarée"),
        ("Apec calculée", "Apec calculée"),
        ("À la date", "À la date"),
    ],
)
def test_a_label_enters_a_sentence(label: str, inside: str) -> None:
    assert french.lowered(label) == inside

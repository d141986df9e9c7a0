"""The catalogue: whole, in French, and something that can be said aloud."""

from __future__ import annotations

import re

import pytest
from miroir.diagnostic.catalogue import by_id, causes, parse
from miroir.types.diagnosis import Cause, Responsible

ALL = pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.id)

ENTRY = """
[[cause]]
id = "UN"
label = "l"
explanation = "e"
responsible = "client"
would_refute = "w"
remedy = "r"
"""


def test_every_cause_is_found_by_its_id() -> None:
    assert len(by_id()) == len(causes()) > 50
    assert all(by_id()[cause.id] is cause for cause in causes())


@ALL
def test_an_id_is_in_capitals(cause: Cause) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", cause.id)
    assert 0 <= cause.catalogue <= 96


@ALL
def test_an_explanation_can_be_said_on_the_phone(cause: Cause) -> None:
    sentences = re.findall(r"[.?](?:\s|$)", cause.explanation)
    assert 2 <= len(sentences) <= 3
    assert len(cause.explanation) < 400
    assert "\n" not in cause.explanation + cause.remedy


@ALL
def test_texts_are_french_and_well_typed(cause: Cause) -> None:
    for text in (cause.label, cause.explanation, cause.would_refute, cause.remedy):
        assert "'" not in text, "the typographic apostrophe is expected"
        assert "  " not in text and text == text.strip()
    assert not cause.label.endswith(".")
    for text in (cause.explanation, cause.would_refute, cause.remedy):
        assert text.endswith((".", "…)."))


@ALL
def test_a_legitimate_cause_asks_nothing_of_the_client(cause: Cause) -> None:
    assert cause.legitimate == cause.id.startswith("LEGITIME_")
    if cause.legitimate:
        assert cause.responsible is Responsible.GPS
        assert cause.remedy.startswith("Rien à ")


@ALL
def test_a_client_is_told_where_to_correct(cause: Cause) -> None:
    if cause.responsible in (Responsible.CLIENT, Responsible.EDITOR):
        assert "DSN" in cause.remedy or re.search(r"\d\d\.\d{3}", cause.remedy)


def test_what_is_not_decided_is_a_cause_too() -> None:
    undecided = {"CONDITIONS_ADHESION_SUPPOSEES", "HISTORIQUE_MANQUANT"}
    assert {*undecided, "ECART_INEXPLIQUE"} <= by_id().keys()


def test_a_cause_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice: UN"):
        parse(ENTRY + ENTRY)


def test_a_key_that_is_absent_or_unknown_is_named() -> None:
    with pytest.raises(ValueError, match=r"UN: absent .*remedy.* unknown .*remedie"):
        parse(ENTRY.replace("remedy", "remedie"))


def test_an_unknown_responsible_is_refused() -> None:
    with pytest.raises(ValueError, match="voisin"):
        parse(ENTRY.replace('"client"', '"voisin"'))

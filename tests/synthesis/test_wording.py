from __future__ import annotations

import re
from dataclasses import replace

import pytest
from miroir.diagnostic.catalogue import causes
from miroir.synthesis.lint import problems
from miroir.synthesis.wording import Level, agreed, explanation, question, request
from miroir.types.diagnosis import Cause, Wording

CODES = re.compile(
    r"\b\d{2}\.\d{3}\b|\b(?:131|132|106|105|109|142|146)\b"
    r"|\b(?:CET|CEG|PSS|PMSS|T1|T2|NIR|SIRET|CRM|RUAA)\b|\bbases? 0\d\b|\bblocs?\b"
    r"|différentiel|rattach(?:ée?s?|er) (?:à|au) (?:mois|sa période)"
)
STRAIGHT = re.compile(r"['\"]|\.\.\.| ,|  ")


@pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.id)
@pytest.mark.parametrize("persons", [1, 2])
def test_a_novice_reads_no_code(cause: Cause, persons: int) -> None:
    texts = (
        explanation(cause, Level.NOVICE, persons),
        request(cause, Level.NOVICE, persons),
    )
    for text in texts:
        assert CODES.search(text) is None, text


@pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.id)
@pytest.mark.parametrize("level", Level)
def test_texts_are_whole_sentences_that_may_leave(cause: Cause, level: Level) -> None:
    for persons in (1, 2):
        for text in (
            explanation(cause, level, persons),
            request(cause, level, persons),
        ):
            assert text[0].isupper() and text.endswith("."), text
            assert not STRAIGHT.search(text) and "{" not in text and "|" not in text
            assert problems(text) == ()
        asked = question(cause, persons)
        assert asked[0].isupper() and asked.endswith(" ?"), asked
        assert problems(asked) == ()


def test_what_a_company_reads_never_speaks_of_it_as_absent() -> None:
    for cause in causes():
        for level in Level:
            text = request(cause, level, 1)
            assert "le client" not in text and "avant d’appeler" not in text, text


def test_number_is_agreed() -> None:
    text = "{Ce salarié est|Ces salariés sont} là."
    assert agreed(text, 1) == agreed(text, 0) == "Ce salarié est là."
    assert agreed(text, 2) == "Ces salariés sont là."


def test_a_cause_of_a_gps_is_told_in_its_own_words() -> None:
    own = replace(
        causes()[0], id="ACME_1", explanation="Texte.", remedy="Remède.", wording=None
    )
    assert explanation(own, Level.NOVICE, 1) == "Texte."
    assert request(own, Level.EXPERT, 1) == "Remède."
    assert question(own, 1) == ""


def test_a_cause_of_a_gps_may_carry_its_wording() -> None:
    words = Wording(plain="Simple.", ask="Demande.", question="Question ?")
    own = replace(causes()[0], id="ACME_1", wording=words)
    assert explanation(own, Level.NOVICE, 1) == "Simple."
    assert request(own, Level.NOVICE, 1) == "Demande."
    assert question(own, 1) == "Question ?"

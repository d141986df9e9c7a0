"""The guided forms: the order of the talk, what is asked, what is wrong."""

from __future__ import annotations

import pytest
from miroir.dossier.forms import (
    LONGEST,
    Direction,
    asked,
    form,
    lines,
    next_field,
    problems,
)

OUT, IN = Direction.OUTGOING, Direction.INCOMING
DUTIES = {
    OUT: (
        "presented interlocutor right_person mandate call_reason can_act available"
        " level exposed reactions complement resolution appropriated future_errors"
        " all_answered proposed_on committed committed_on adapted_why alerted summary"
    ),
    IN: (
        "presented interlocutor mandate request understood level research coherence"
        " exposed complement answer_kind answer appropriated deferred_how"
        " appointment_in transfer_to summary"
    ),
}
"""What an adviser does in a call, by its field, in order."""


@pytest.mark.parametrize("direction", Direction)
def test_every_duty_of_a_call_has_its_field(direction: Direction) -> None:
    names = [one.name for one in form(direction)]
    assert len(set(names)) == len(names)
    assert {*DUTIES[direction].split()} <= {*names}


@pytest.mark.parametrize("direction", Direction)
def test_conditions_name_earlier_fields_and_known_values(direction: Direction) -> None:
    before: dict[str, set[str]] = {}
    for one in form(direction):
        for name, values in one.when.items():
            assert {*values} <= before[name], one.name
        before[one.name] = {*one.choices}


def test_nobody_answers() -> None:
    answers = {"reached": "no"}
    asked_next = []
    while (one := next_field(OUT, answers)) is not None:
        asked_next.append(one.name)
        answers[one.name] = "" if one.name == "call_again" else "occupé"
    assert asked_next == ["call_again", "summary"]
    assert list(problems(OUT, answers)) == []


def test_the_wrong_person_ends_the_talk() -> None:
    answers = {
        "reached": "yes",
        "presented": "yes",
        "interlocutor": "M. Petit",
        "role": "company",
        "right_person": "no",
        "person_to_ask": "Mme Durand",
        "mandate": "none",
        "summary": "Rappeler Mme Durand.",
    }
    assert list(problems(OUT, answers)) == []
    exposed = next(one for one in form(OUT) if one.name == "exposed")
    assert not asked(exposed, answers)


def test_everything_wrong_is_said_at_once() -> None:
    found = list(
        problems(
            OUT,
            {
                "reached": "peut-être",
                "humeur": "bonne",
                "summary": "x" * (LONGEST + 1),
                "committed_on": "2026-06-15",
            },
        )
    )
    assert found == [
        "humeur : ce champ n’existe pas dans ce formulaire",
        "reached : «peut-être» n’est pas l’un de yes, no",
        "committed_on : sans objet après les réponses précédentes",
        f"summary : {LONGEST} caractères au plus",
    ]


def test_dates_and_moments_are_read() -> None:
    found = list(
        problems(OUT, {"reached": "no", "call_again": "demain", "summary": "occupé"})
    )
    assert found == ["call_again : «demain» n’est pas une date comme 2026-04-15 14:30"]
    until = {"mandate": "company", "mandate_until": "fin avril"}
    assert any("comme 2026-04-15" in each for each in problems(IN, until))


def test_lines_of_a_list() -> None:
    assert lines({"confirmed": " A \n\nB"}, "confirmed") == ["A", "B"]
    assert lines({}, "confirmed") == []

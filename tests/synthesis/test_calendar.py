"""The calendar that is proposed: only days that can be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from miroir.synthesis.calendar import proposed
from miroir.synthesis.case import Situation
from miroir.types.adhesion import Headcount
from miroir.types.declaration import Declaration, DeclarationVersion
from miroir.types.diagnosis import CompanyView

from tests.stakes.reading import found


def view(cause: str = "CET_ABSENTE") -> CompanyView:
    """January to April 2026, fewer than 50 employees: due on the 15th."""
    company = found(cause).view
    small = [replace(one, headcount=Headcount.UNDER_50) for one in company.conditions]
    return replace(company, conditions=tuple(small))


def test_the_next_deposits_are_proposed_on_working_days() -> None:
    first, second = proposed(view(), Situation.TO_CORRECT, date(2026, 7, 20))
    assert first.on == date(2026, 8, 17)  # the 15th is a Saturday and a holiday
    assert first.text == (
        "correction dans la DSN de juillet\u00a02026, à déposer avant midi, chaque montant"
        " rattaché à son mois d’origine."
    )
    assert second.on == date(2026, 9, 15)
    assert second.text == (
        "à défaut, dans la DSN d’août\u00a02026, à déposer avant midi."
    )


@pytest.mark.parametrize("day", [2, 14])
def test_a_dsn_that_is_deposited_can_be_replaced_until_its_eve(day: int) -> None:
    first, second = proposed(view(), Situation.TO_CORRECT, date(2026, 5, day))
    assert first.on == date(2026, 5, 14)
    assert "une DSN annule et remplace d’avril\u00a02026, à déposer avant minuit" in (
        first.text
    )
    assert second.on == date(2026, 6, 15)


def test_once_its_eve_has_passed_the_next_dsn_comes_first() -> None:
    first, _ = proposed(view(), Situation.TO_CORRECT, date(2026, 5, 15))
    assert first.on == date(2026, 6, 15) and "la DSN de mai" in first.text


def test_a_question_comes_before_any_correction() -> None:
    answers, first, _ = proposed(view(), Situation.TO_CLARIFY, date(2026, 5, 20))
    assert answers.on is None and "avant toute correction" in answers.text
    assert first.text.startswith("si une correction est à faire, dans la DSN de mai")


@pytest.mark.parametrize(
    "situation",
    [Situation.OURS, Situation.NO_GAP, Situation.LEGITIMATE, Situation.NOT_COMPARED],
)
def test_nothing_is_proposed_where_nothing_is_asked(situation: Situation) -> None:
    assert proposed(view(), situation, date(2026, 5, 20)) == ()


def test_establishments_are_named_where_their_days_differ() -> None:
    company = view("")
    other = company.siren + "00099"

    def elsewhere(one: Declaration) -> Declaration:
        return replace(one, siret=other)

    # The other establishment has not deposited April: nothing is to be replaced.
    versions = tuple(
        DeclarationVersion(declaration=elsewhere(one.declaration), status=one.status)
        for one in company.versions[:-1]
    )
    both = replace(company, versions=(*company.versions, *versions))
    steps = proposed(both, Situation.TO_CORRECT, date(2026, 5, 2))
    assert [one.on for one in steps] == [
        date(2026, 5, 14),
        date(2026, 6, 15),
        date(2026, 5, 15),
        date(2026, 6, 15),
    ]
    assert all(", établissement " in one.text for one in steps)
    assert len({one.text for one in steps}) == 4

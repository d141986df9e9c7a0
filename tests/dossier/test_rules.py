"""Memory, assignment, working days, mandate, worklists."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from miroir.dossier.assignment import Adviser, choose
from miroir.dossier.mandate import Interlocutor, Mandate, Role, Topic, may_hear, require
from miroir.dossier.memory import MemoryScope, checked, described
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import State
from miroir.dossier.workdays import REGIONS, Workdays, require_feasible
from miroir.dossier.worklist import Line, chosen
from miroir.types.period import Month

from tests.dossier.samples import FEBRUARY, JANUARY, NOW, SIREN, dossier, ref
from tests.dossier.test_loop import memory

ON = date(2026, 4, 7)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"scope": MemoryScope.COMPANY, "subjects": ()}, True),
        ({"scope": MemoryScope.GROUP, "subjects": ("e-aaaa", "e-b")}, True),
        ({"subjects": ("e-b",)}, False),
        ({"since": FEBRUARY}, False),
        ({"until": JANUARY}, True),
        ({"since": Month(2025, 1), "until": Month(2025, 12)}, False),
        ({"siret": "99900024300025"}, False),
        ({"most": 1_750}, True),
        ({"most": 1_749}, False),
    ],
)
def test_what_a_decision_covers(change: dict[str, object], covered: bool) -> None:
    decision = memory(**change)
    assert decision.covers(ref(), -1_750) is covered


def test_a_decision_holds_until_it_expires_or_is_withdrawn() -> None:
    assert memory().holds(date(2027, 12, 31))
    assert not memory().holds(date(2028, 1, 1))
    assert not memory(withdrawn_on=ON).holds(ON)


def test_a_decision_is_told_in_one_line() -> None:
    said = described(memory(until=FEBRUARY, most=5_000))
    assert said == (
        "Écart légitime (un salarié, de 2026-01 à 2026-02, 50,00\u00a0€ au plus par"
        " mois) : temps partiel sur plafond entier — marie, le 01/04/2026, jusqu’au"
        " 31/12/2027"
    )
    assert "depuis 2026-01)" in described(memory())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"justification": " "}, "doit être justifié"),
        ({"expires_on": date(2026, 4, 1)}, "expire après le jour"),
        ({"until": Month(2025, 12)}, "précède le premier"),
        ({"subjects": ()}, "Nommer un salarié"),
        ({"scope": MemoryScope.GROUP}, "au moins deux salariés"),
        ({"scope": MemoryScope.COMPANY}, "ne nommer personne"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(
    change: dict[str, object], why: str
) -> None:
    with pytest.raises(MoveRefused, match=why):
        checked(memory(**change))


ADVISERS = (
    Adviser(name="alix", portfolio=frozenset({SIREN}), most=2),
    Adviser(name="marie", skills=frozenset({"CET_ABSENTE"})),
    Adviser(name="sam"),
)


@pytest.mark.parametrize(
    ("siren", "causes", "load", "who", "why"),
    [
        (SIREN, ["CET_ABSENTE"], {"alix": 1}, "alix", "portefeuille"),
        (SIREN, ["CET_ABSENTE"], {"alix": 2}, "marie", "compétence"),
        ("999000128", ["CET_ABSENTE"], {"marie": 9}, "marie", "compétence"),
        ("999000128", [], {"alix": 1, "marie": 3}, "sam", "volume"),
        ("999000128", [], {}, "alix", "volume"),
    ],
)
def test_portfolio_then_skill_then_load(
    siren: str, causes: list[str], load: dict[str, int], who: str, why: str
) -> None:
    choice = choose(siren, causes, ADVISERS, load, ON)
    assert choice.adviser == who
    assert choice.why.startswith(why)


def test_nobody_is_given_more_than_they_can_take() -> None:
    away = Adviser(name="noé", away_until=ON)
    full = Adviser(name="alix", most=1)
    choice = choose(SIREN, [], [away, full], {"alix": 1}, ON)
    assert (choice.adviser, "absents ou complets" in choice.why) == ("", True)
    back = choose(SIREN, [], [away, full], {"alix": 1}, ON + timedelta(days=1))
    assert back.adviser == "noé"
    assert choose(SIREN, [], [], {}, ON).adviser == ""


def test_working_days_of_each_region() -> None:
    assert not Workdays().works(date(2026, 5, 8))
    assert not Workdays().works(date(2026, 5, 9))
    assert Workdays().on_or_after(date(2026, 5, 8)) == date(2026, 5, 11)
    assert Workdays().after(date(2026, 5, 7), 2) == date(2026, 5, 12)
    # 26 December and Good Friday in Alsace-Moselle; the end of slavery overseas.
    assert Workdays().works(date(2025, 12, 26))
    assert not Workdays("alsace-moselle").works(date(2025, 12, 26))
    assert not Workdays("alsace-moselle").works(date(2026, 4, 3))
    assert not Workdays("martinique").works(date(2026, 5, 22))
    assert not Workdays("reunion").works(date(2024, 12, 20))
    assert all(not Workdays(each).works(date(2026, 7, 14)) for each in REGIONS)


def test_a_day_that_cannot_be_kept_is_refused_with_a_better_one() -> None:
    here, there = dossier().calendar, dossier(territory="972").calendar
    assert require_feasible(date(2026, 4, 15), ON, here) == date(2026, 4, 15)
    with pytest.raises(MoveRefused, match="proposer le 15/06/2026"):
        require_feasible(date(2026, 6, 13), ON, here)
    with pytest.raises(MoveRefused, match="un jour à venir"):
        require_feasible(ON, ON, here)
    # The end of slavery is a holiday of the company, not of its adviser.
    assert require_feasible(date(2026, 5, 22), ON, here) == date(2026, 5, 22)
    with pytest.raises(MoveRefused, match="proposer le 26/05/2026"):
        require_feasible(date(2026, 5, 22), ON, there)


def someone(role: Role, mandate: Mandate, **more: object) -> Interlocutor:
    checked_on = None if mandate is Mandate.NONE else ON
    base: dict[str, object] = {"checked_on": checked_on}
    return Interlocutor(
        name="M. Petit",
        role=role,
        mandate=mandate,
        **{**base, **more},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("mandate", Mandate)
def test_what_may_be_said_grows_with_the_mandate(role: Role, mandate: Mandate) -> None:
    heard = may_hear(someone(role, mandate), ON)
    assert Topic.GENERAL in heard
    assert (Topic.COMPANY in heard) == (mandate is not Mandate.NONE)
    personal = mandate is Mandate.EMPLOYEES and role is not Role.OTHER
    assert (Topic.EMPLOYEES in heard) == personal


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (None, "n’est pas identifié"),
        (someone(Role.COMPANY, Mandate.NONE), "n’a pas été vérifié"),
        (
            someone(Role.COMPANY, Mandate.EMPLOYEES, expires_on=date(2026, 4, 6)),
            "a expiré le 06/04/2026",
        ),
        (someone(Role.ACCOUNTANT, Mandate.COMPANY), "s’arrête au niveau de l’entrep"),
        (someone(Role.OTHER, Mandate.EMPLOYEES), "seuls l’entreprise et son tiers"),
    ],
)
def test_a_refusal_to_speak_says_why(who: Interlocutor | None, why: str) -> None:
    with pytest.raises(MoveRefused, match=why):
        require(who, Topic.EMPLOYEES, ON)
    require(someone(Role.COMPANY, Mandate.EMPLOYEES), Topic.EMPLOYEES, ON)


def line(amount: int, adviser: str = "", **more: object) -> Line:
    base: dict[str, object] = {
        "gaps": 1,
        "amount": amount,
        "campaigns": ("F 26",),
        "causes": ("CET_ABSENTE",),
        "due_on": None,
    }
    return Line(
        dossier=dossier(State.TO_CALL, adviser=adviser),
        **{**base, **more},  # type: ignore[arg-type]
    )


LINES = [line(5_000), line(250_000, "marie"), line(100_000, "sam", causes=())]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("", [250_000, 100_000, 5_000]),
        ("adviser=marie,sam", [250_000, 100_000]),
        ("adviser=none", [5_000]),
        ("adviser!=none amount<=1000", [100_000]),
        ("amount>50", [250_000, 100_000]),
        ("amount>=50 cause=CET_ABSENTE", [250_000, 5_000]),
        ('campaign="F 26" gaps=1 state=to_call age=3', [250_000, 100_000, 5_000]),
        ("age!=3", []),
        ("age<3", []),
        ("cause!=CET_ABSENTE holder=none", [100_000]),
        (f"siren={SIREN} state!=closed", [250_000, 100_000, 5_000]),
    ],
)
def test_selections(text: str, amounts: list[int]) -> None:
    found = chosen(LINES, text, NOW + timedelta(days=3, hours=5))
    assert [each.amount for each in found] == amounts


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("conseiller=marie", r"Condition inconnue\s: «\sconseiller=marie\s»"),
        ("marie", "Condition inconnue"),
        ("amount>mille", "se compare à un nombre entier"),
        ("adviser>marie", "se compare avec = ou !="),
        ("state=ouvert", "les états sont received"),
        ('campaign="F 26', "un guillemet n’est pas fermé"),
    ],
)
def test_a_selection_that_cannot_be_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(MoveRefused, match=why):
        chosen(LINES, text, NOW)

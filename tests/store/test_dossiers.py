"""Dossiers on both kinds of store: one for a company, whatever happens at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from miroir.dossier.memory import LegitimateGap, MemoryScope
from miroir.dossier.model import (
    Campaign,
    CampaignStep,
    Channel,
    Commitment,
    EventKind,
    GapKind,
    GapRef,
    Hypothesis,
    Question,
    Signal,
    TrackedGap,
)
from miroir.dossier.moves import MoveRefused
from miroir.dossier.reminders import Purpose, Reminder
from miroir.dossier.states import (
    CommitmentState,
    GapState,
    HypothesisState,
    QuestionState,
)
from miroir.errors import NothingFound, StoreError
from miroir.operations.dossiers import acts
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.store import Store
from miroir.types.period import Month

SIREN = "999000243"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REF = GapRef(GapKind.EMPLOYEE, "99900024300017", "e-aaaa", Month(2026, 1))


def signal(key: str, siren: str = SIREN) -> Signal:
    return Signal(key=key, channel=Channel.BASKET, at=NOW, siren=siren, subject="tâche")


def test_two_programs_that_open_it_at_once_get_the_same_dossier(store: Store) -> None:
    def take(number: int) -> None:
        with store.write() as tables:
            desk = Desk(tables=tables, actor="marie", now=NOW)
            receive(desk, signal(f"basket|{number % 10}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(40)))
    with store.read() as tables:
        (line,) = tables.worklists.lines()
        assert len(tables.cases.signals_of(line.dossier.id)) == 10
        ranks = [event.rank for event in tables.cases.thread(line.dossier.id)]
    assert ranks == list(range(1, len(ranks) + 1))


def test_of_those_who_claim_at_once_one_wins(store: Store) -> None:
    with store.write() as tables:
        receive(Desk(tables=tables, actor="marie", now=NOW), signal("basket|1"))

    def claim(number: int) -> bool:
        try:
            with store.write() as tables:
                acts.claim(Desk(tables=tables, actor=f"a{number}", now=NOW), SIREN)
        except MoveRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(16)))
    assert sum(won) == 1
    with store.read() as tables:
        assert tables.cases.get(SIREN).claimed_by == f"a{won.index(True)}"


def test_everything_comes_back_as_it_was_written(store: Store) -> None:
    gap = TrackedGap(
        ref=REF,
        first=-1750,
        amount=-1750,
        state=GapState.OPEN,
        since=NOW,
        changed_at=NOW,
    )
    commitment = Commitment(
        id=0,
        what="régulariser la CET",
        due_on=date(2026, 4, 15),
        first_due_on=date(2026, 4, 15),
        state=CommitmentState.PROMISED,
        made_at=NOW,
        made_by="marie",
        with_whom="Mme Martin",
        gaps=(REF,),
    )
    hypothesis = Hypothesis(
        cause="CET_ABSENTE",
        label="CET",
        state=HypothesisState.REFUTED,
        origin="analyse",
        reason="payée ailleurs",
        decided_by="marie",
        decided_at=NOW,
    )
    question = Question(
        id=0,
        text="Quel logiciel ?",
        from_client=False,
        state=QuestionState.OPEN,
        asked_at=NOW,
        asked_by="marie",
    )
    memory = LegitimateGap(
        siren=SIREN,
        scope=MemoryScope.EMPLOYEE,
        subjects=("e-aaaa",),
        since=Month(2026, 1),
        justification="temps partiel sur plafond entier",
        decided_by="marie",
        decided_on=NOW.date(),
        expires_on=date(2027, 12, 31),
        most=5_000,
    )
    campaign = Campaign(
        name="Fiabilisation 2026",
        exercice=2026,
        steps=(CampaignStep(name="courrier", on=date(2026, 5, 4)),),
    )
    with store.write() as tables:
        dossier, made = tables.cases.create(SIREN, NOW)
        assert made
        tables.cases.save_gaps(dossier.id, [gap])
        tables.cases.save_campaign(campaign)
        first = tables.promises.add_commitment(dossier.id, commitment)
        tables.promises.save_hypothesis(dossier.id, hypothesis)
        asked = tables.promises.add_question(dossier.id, question)
        known = tables.memories.remember(memory)
        tables.cases.say(dossier.id, NOW, "marie", EventKind.NOTE, "Vu.")
    with store.read() as tables:
        assert tables.cases.gaps_of(dossier.id) == (gap,)
        assert tables.cases.campaigns() == (campaign,)
        (found,) = tables.promises.commitments_of(dossier.id)
        assert (found.id, found.gaps, found.due_on) == (
            first,
            (REF,),
            date(2026, 4, 15),
        )
        assert tables.promises.hypotheses_of(dossier.id) == (hypothesis,)
        assert tables.promises.questions_of(dossier.id)[0].id == asked
        (remembered,) = tables.memories.legitimate(SIREN)
        assert (remembered.id, remembered.subjects) == (known, ("e-aaaa",))
        assert tables.cases.thread(dossier.id)[0].text == "Vu."
        (line,) = tables.worklists.lines()
        assert (line.gaps, line.amount, line.due_on) == (1, 1750, date(2026, 4, 15))
        assert line.causes == ()


def test_a_reminder_is_asked_once_and_cancelled_once(store: Store) -> None:
    with store.write() as tables:
        dossier, _ = tables.cases.create(SIREN, NOW)
        reminder = Reminder(
            occurrence_key="answer|1",
            due_at=NOW + timedelta(days=2),
            dossier=dossier.id,
            purpose=Purpose.ANSWER,
            text="Répondre",
        )
        assert tables.reminders.ask(reminder)
        assert not tables.reminders.ask(reminder)
        assert tables.reminders.to_come([dossier.id]) == (reminder,)
        assert tables.reminders.to_come(until=NOW) == ()
        assert tables.reminders.cancel(dossier.id, "clos", ("autre",)) == 0
        assert tables.reminders.cancel(dossier.id, "clos") == 1
        assert tables.reminders.cancel(dossier.id, "clos") == 0
        assert not tables.reminders.done("answer|1")
        assert not tables.reminders.ask(reminder)


def test_the_database_itself_refuses_what_makes_no_sense(store: Store) -> None:
    gap = TrackedGap(
        ref=REF,
        first=5_000,
        amount=0,
        state=GapState.OPEN,
        since=NOW,
        changed_at=NOW,
    )
    with pytest.raises(StoreError), store.write() as tables:
        dossier, _ = tables.cases.create(SIREN, NOW)
        tables.cases.save_gaps(dossier.id, [gap])
    with store.read() as tables, pytest.raises(NothingFound, match="999000243"):
        tables.cases.get(SIREN)


def test_no_number_of_a_person_is_written(store: Store) -> None:
    with store.write() as tables:
        desk = Desk(tables=tables, actor="marie", now=NOW)
        named = Signal(
            key="mail|1",
            channel=Channel.MAIL,
            at=NOW,
            siren=SIREN,
            subject="mon salarié 1 85 05 78 006 084 36 n’a pas ses points",
        )
        receive(desk, named)
    with store.read() as tables:
        dossier = tables.cases.get(SIREN)
        (kept,) = tables.cases.signals_of(dossier.id)
        said = [event.text for event in tables.cases.thread(dossier.id)]
    assert "78 006" not in kept.subject + " ".join(said)
    assert "•••" in kept.subject

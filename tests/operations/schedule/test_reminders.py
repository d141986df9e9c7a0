"""Reminders of dossiers: said once in the thread, when they are due and wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from miroir.dossier.model import Channel, Signal
from miroir.dossier.reminders import Purpose, Reminder, commitment_key
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.operations.schedule.handing import LEASE, hand_over
from miroir.operations.schedule.takers import TAKERS
from miroir.privacy import Keys
from miroir.store import Store
from miroir.store.schedule.dues import DueState

from tests.store.ready import make_ready

NOW = datetime(2026, 4, 20, 8, tzinfo=UTC)
SIREN = "732829320"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    make_ready(url)
    with Store.open(url, Keys.generate()) as opened:
        with opened.write() as tables:
            tables.leases.take(LEASE, "me", timedelta(hours=1))
            desk = Desk(tables=tables, actor="marie", now=NOW)
            call = Signal(key="c|1", channel=Channel.CAMPAIGN, at=NOW, siren=SIREN)
            receive(desk, call)
        yield opened


def ask(store: Store, number: int, days: int) -> Reminder:
    """A reminder of the dossier, some days from now."""
    due_at = NOW + timedelta(days=days)
    with store.write() as tables:
        reminder = Reminder(
            occurrence_key=commitment_key(number, due_at.date()),
            due_at=due_at,
            dossier=tables.cases.get(SIREN).id,
            purpose=Purpose.COMMITMENT,
            text=f"vérifier l’engagement n° {number}",
        )
        assert tables.reminders.ask(reminder)
        assert not tables.reminders.ask(reminder)
    return reminder


def said(store: Store) -> list[str]:
    with store.read() as tables:
        thread = tables.cases.thread(tables.cases.get(SIREN).id)
    return [event.text for event in thread if "échu" in event.text]


def test_a_reminder_is_said_once_when_it_is_due(store: Store) -> None:
    for number in (1, 2):
        ask(store, number, days=number)
    for days in (0, 1, 1, 5, 5):
        hand_over(store, 1, NOW + timedelta(days=days), TAKERS)
    plain = [text.replace("\u00a0", " ") for text in said(store)]
    assert plain == [
        "Rappel échu : vérifier l’engagement n° 1",
        "Rappel échu : vérifier l’engagement n° 2",
    ]
    with store.read() as tables:
        # It stays among the next actions until it is done.
        assert len(tables.reminders.to_come()) == 2


def test_what_lost_its_purpose_or_was_done_is_never_said(store: Store) -> None:
    kept, done, gone = (ask(store, number, days=1) for number in (1, 2, 3))
    with store.write() as tables:
        assert tables.reminders.done(done.occurrence_key)
        keys = (gone.occurrence_key,)
        assert tables.reminders.cancel(gone.dossier, "engagement tenu", keys) == 1
        assert tables.dues.counts() == {DueState.PENDING: 1, DueState.CANCELLED: 2}
    hand_over(store, 1, NOW + timedelta(days=2), TAKERS)
    assert len(said(store)) == 1
    ask(store, 4, days=3)
    with store.write() as tables:
        assert tables.reminders.cancel(kept.dossier, "dossier clos") == 2
    hand_over(store, 1, NOW + timedelta(days=9), TAKERS)
    assert len(said(store)) == 1

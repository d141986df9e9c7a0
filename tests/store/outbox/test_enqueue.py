"""Writing an action: in the commit of its decision, once, unreadable at rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.errors import (
    ActionUnreadable,
    IntentDiffers,
    NothingFound,
    PersonalNumberInAction,
)
from miroir.outbox.model import Status
from miroir.outbox.payload import dump, kind_of, load
from miroir.privacy import Keys
from miroir.store import Store
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.outbox.tables import outbox, outbox_needs
from miroir.types.action import ACTIONS
from sqlalchemy import select

from tests.outbox.samples import DOSSIER, SIREN, contact, entry, mail, saga


@pytest.mark.parametrize("action", saga(), ids=kind_of)
def test_an_action_comes_back_as_it_was_written(action: object, store: Store) -> None:
    assert load(kind_of(action), dump(action)) == action
    with store.write() as tables:
        key = tables.outbox.enqueue(action, dossier=DOSSIER)
    with store.read() as tables:
        row = tables.outbox.get(key[:10])
        assert tables.outbox.action(row) == action
    assert (row.key, row.kind, row.siren) == (key, kind_of(action), SIREN)
    assert (row.status, row.attempts, row.fence) == (Status.PENDING, 0, 0)
    assert set(key) <= set("0123456789abcdef") and len(key) == 64


def test_the_samples_hold_every_kind_of_action() -> None:
    assert {kind_of(action) for action in saga()} == set(ACTIONS)


def test_the_same_intent_is_written_once(store: Store) -> None:
    with store.write() as tables:
        first = tables.outbox.enqueue(contact(), dossier=DOSSIER, occasion="call 3")
    with store.write() as tables:
        again = tables.outbox.enqueue(contact(), dossier=DOSSIER, occasion="call 3")
        other = tables.outbox.enqueue(contact(), dossier=DOSSIER, occasion="call 4")
        elsewhere = tables.outbox.enqueue(contact(), dossier="dossier:13")
    assert first == again
    assert len({first, other, elsewhere}) == 3
    with store.read() as tables:
        assert len(tables.outbox.listed()) == 3
        assert len(tables.outbox.listed(dossier="dossier:13")) == 1


def test_the_same_intent_with_another_content_is_refused(store: Store) -> None:
    with store.write() as tables:
        tables.outbox.enqueue(entry(), dossier=DOSSIER, occasion="1")
        same = replace(entry(), menus={"cause": "taux", "echange": "abouti"})
        tables.outbox.enqueue(same, dossier=DOSSIER, occasion="1")
    changed = replace(entry(), analysis="Autre chose.")
    with pytest.raises(IntentDiffers, match="occasion"), store.write() as tables:
        tables.outbox.enqueue(changed, dossier=DOSSIER, occasion="1")


def test_what_is_not_committed_was_never_written(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tables:
        tables.outbox.enqueue(contact(), dossier=DOSSIER)
        raise ZeroDivisionError
    with store.read() as tables:
        assert tables.outbox.listed() == ()


def test_another_installation_makes_other_keys(store: Store) -> None:
    mine, theirs = Keys.generate(), Keys.generate()
    assert mine.digest("p", "ab", "c") != theirs.digest("p", "ab", "c")
    assert mine.digest("p", "ab", "c") != mine.digest("p", "a", "bc")
    assert mine.digest("p", "ab") != mine.digest("q", "ab")


def test_a_text_with_a_nir_never_enters(store: Store) -> None:
    with (
        pytest.raises(PersonalNumberInAction, match=r"crm_contact\.note") as caught,
        store.write() as tables,
    ):
        told = contact(note="vu 1 85 05 78 006 084 36")
        tables.outbox.enqueue(told, dossier=DOSSIER)
    assert "006 084" not in str(caught.value)


def test_nothing_of_an_action_can_be_read_in_the_store(store: Store, url: str) -> None:
    with store.write() as tables:
        tables.outbox.enqueue(mail(), dossier=DOSSIER)
    engine = make_engine(parse_url(url))
    with transaction(engine, write=False) as connection:
        stored = str(connection.execute(select(outbox)).all())
    engine.dispose()
    assert "paie@example.org" not in stored and "Bonjour" not in stored


def test_a_saga_goes_in_its_order_and_the_mail_last(store: Store, url: str) -> None:
    with store.write() as tables:
        keys = tables.outbox.enqueue_all(saga(), dossier=DOSSIER, occasion="7")
    with store.read() as tables:
        rows = [tables.outbox.get(key) for key in keys]
        needed = [[each.key for each in tables.outbox.needs(row)] for row in rows]
    assert [row.kind for row in rows] == [
        "adhesion_update",
        "crm_contact",
        "record_entry",
        "hand_over",
        "mail",
    ]
    assert needed == [[], [keys[0]], [keys[1]], [keys[2]], [keys[3]]]
    engine = make_engine(parse_url(url))
    with transaction(engine, write=False) as connection:
        assert len(connection.execute(select(outbox_needs)).all()) == 4
    engine.dispose()


def test_nothing_waits_for_what_does_not_exist(store: Store) -> None:
    with pytest.raises(NothingFound, match="no action"), store.write() as tables:
        tables.outbox.enqueue(contact(), dossier=DOSSIER, depends_on=["f" * 64])


def test_only_actions_go_out(store: Store) -> None:
    with pytest.raises(TypeError, match="str is no action"), store.write() as tables:
        tables.outbox.enqueue("mail", dossier=DOSSIER)


def test_a_payload_of_another_version_says_so() -> None:
    with pytest.raises(ActionUnreadable, match=r"«mail».*\(to\)") as caught:
        load("mail", b'{"siren": "SECRET", "subject": "", "text": ""}')
    assert "SECRET" not in str(caught.value)
    with pytest.raises(ActionUnreadable, match="no action is called «fax»"):
        load("fax", b"{}")

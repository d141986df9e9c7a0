"""Thousands of ways to change the journal, each of them found.

500 here; 10,000 on each kind of store with MIROIR_FULL_TRACE=1 (tox -e trace).
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from random import Random

from miroir.dossier.model import EventKind
from miroir.operations.trace.verifying import verify_tables
from miroir.privacy import Keys
from miroir.store import Store, Tables
from miroir.store.engine import make_engine, parse_url
from miroir.trace.entry import Entry
from miroir.trace.heads import SignedHead

from tests.store.trace.tampering import TAMPERINGS, drop_triggers, everything
from tests.sweeps import judged_only

COUNT = 10_000 if os.environ.get("MIROIR_FULL_TRACE") == "1" else 250
SIREN = "999000015"
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PLACE = "the vault"


def written(store: Store, keys: Keys) -> tuple[SignedHead, ...]:
    """A journal of 16 lines, signed at 5, 10 and 16; heads are kept elsewhere."""
    with store.write() as tables:
        dossier, _ = tables.cases.create(SIREN, AT)
        for rank in range(5):
            tables.cases.say(dossier.id, AT, "marie", EventKind.NOTE, f"note {rank}")
    for rank in range(3):
        with store.write() as tables:
            tables.heads.add(keys.trace, AT)
        with store.write() as tables:
            for step in range(5):
                detail = {"to": "Jeanne Exemple"} if step == 2 else {}
                tables.journal.append(
                    Entry(
                        act="mail.sent",
                        actor="marie",
                        siren=SIREN,
                        subject=f"action:{rank}",
                        outcome="confirmed",
                        facts={"step": step},
                        person="c-someone" if detail else "",
                        detail=detail,
                    ),
                    AT,
                )
    with store.write() as tables:
        tables.journal.append(Entry(act="trace.read", actor="paul"), AT)
    with store.write() as tables:
        tables.heads.add(keys.trace, AT)
    with store.read() as tables:
        return tables.heads.all()


def test_a_journal_as_it_was_written_holds(store: Store, keys: Keys) -> None:
    away = written(store, keys)
    with store.read() as tables:
        found = verify_tables(tables, keys.trace, PLACE, away)
    assert (found.lines, found.heads, found.unsigned, found.faults) == (21, 4, 0, ())


@judged_only
def test_every_tampering_is_found(store: Store, url: str, keys: Keys) -> None:
    away = written(store, keys)
    random, missed = Random(20261125), Counter[str]()
    engine = make_engine(parse_url(url))
    with engine.connect().execution_options(miroir_writes=True) as connection:
        drop_triggers(connection)
        before = everything(connection)
        for rank in range(COUNT):
            kind = list(TAMPERINGS)[rank % len(TAMPERINGS)]
            part = connection.begin_nested()
            TAMPERINGS[kind](connection, random)
            # Else what is not found might be nothing.
            assert everything(connection) != before, kind
            tables = Tables(connection, keys)
            found = verify_tables(tables, keys.trace, PLACE, away)
            part.rollback()
            missed[kind] += not found.faults
        assert everything(connection) == before
        connection.rollback()
    engine.dispose()
    assert +missed == Counter()


def test_what_is_not_signed_yet_is_counted(store: Store, keys: Keys) -> None:
    away = written(store, keys)
    with store.write() as tables:
        tables.journal.append(Entry(act="mail.sent", actor="marie"), AT)
    with store.read() as tables:
        found = verify_tables(tables, keys.trace, PLACE, away)
    assert (found.unsigned, found.faults) == (1, ())


def test_heads_of_another_journal_or_hand_are_found(store: Store, keys: Keys) -> None:
    away = written(store, keys)
    stranger = Keys.generate().trace
    with store.read() as tables:
        said = [
            fault.text
            for given in ((), away)
            for fault in verify_tables(
                tables, stranger if given else keys.trace, PLACE, given
            ).faults
        ]
    assert sum("is not in the vault" in text for text in said) == 4
    assert any("does not hold" in text for text in said)
    assert any("was not signed by Miroir" in text for text in said)

"""Entries of dossiers, told by the journal: changed afterwards, or not.

The thread is in words that may name a contact: the journal holds only what
binds to them, under its key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select, tuple_

from miroir.privacy import TraceKeys
from miroir.store.columns import safe
from miroir.store.conflict import chunks
from miroir.store.dossiers.tables import dossier_event
from miroir.trace.chain import Line
from miroir.trace.entry import Fact

ACT = "dossier."
_SUBJECT = "dossier:"


def facts_of(keys: TraceKeys, rank: int, text: str) -> Mapping[str, Fact]:
    """What the line of an entry says of it."""
    return {"entry": rank, "text": keys.commit(safe(text))}


def subject_of(dossier_id: int) -> str:
    return f"{_SUBJECT}{dossier_id}"


def changed(connection: Connection, keys: TraceKeys, lines: Iterable[Line]) -> set[int]:
    """The lines whose entries are gone, or are not what was written."""
    told: dict[tuple[int, int], tuple[Line, str]] = {}
    unreadable: set[int] = set()
    for line in lines:
        if line.act.startswith(ACT):
            try:
                facts = json.loads(line.facts)
                key = (int(line.subject.removeprefix(_SUBJECT)), int(facts["entry"]))
                told[key] = (line, str(facts["text"]))
            except (ValueError, LookupError, TypeError):
                unreadable.add(line.seq)
    texts: dict[tuple[int, int], str] = {}
    columns = (dossier_event.c.dossier_id, dossier_event.c.rank)
    for chunk in chunks(told):
        query = select(*columns, dossier_event.c.text).where(
            tuple_(*columns).in_(chunk)
        )
        texts.update(
            ((row.dossier_id, row.rank), row.text) for row in connection.execute(query)
        )
    return unreadable | {
        line.seq
        for key, (line, commitment) in told.items()
        if key not in texts or keys.commit(texts[key], line.kid) != commitment
    }

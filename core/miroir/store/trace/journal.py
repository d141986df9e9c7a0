"""Adding lines to the journal, in the transaction of the acts that they tell.

A transaction notes its acts as it goes; the lines are written at its very end,
under the lock of the head. Nobody waits for that lock longer than a commit,
and an act that is undone leaves no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from miroir.errors import StoreError
from miroir.privacy import TraceKeys
from miroir.store.columns import safe
from miroir.store.trace import thread
from miroir.store.trace.persons import Persons
from miroir.store.trace.tables import trace_head, trace_line
from miroir.trace.chain import SIGNED, Head, Line, digest_after, seal_after
from miroir.trace.entry import Entry, Fact
from miroir.trace.versions import Versions, canonical_json, installed

_BATCH = 1_000


class Journal:
    """Tables `trace_line` and `trace_head`."""

    def __init__(
        self,
        connection: Connection,
        keys: TraceKeys,
        versions: Versions | None = None,
        *,
        writing: bool = True,
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._versions = versions
        self._writing = writing
        self._noted: list[Line] = []
        self.persons = Persons(connection, keys)

    def append(self, entry: Entry, at: datetime | None = None) -> None:
        """Note an act: its line is stored with the transaction, or not at all.

        Raises StoreError in a transaction that only reads.
        """
        if not self._writing:
            raise StoreError("an act is noted in the journal by who may write")
        kept = self.persons.keep(entry.person, entry.detail) if entry.detail else ""
        versions = self._versions or installed()
        line = Line(
            seq=0,
            at=at or datetime.now(UTC),
            actor=safe(entry.actor),
            act=entry.act,
            siren=entry.siren,
            subject=safe(entry.subject),
            outcome=safe(entry.outcome),
            facts=canonical_json(_safe_facts(entry.facts)),
            versions=str(versions),
            person=entry.person,
            commitment=kept,
            kid=self._keys.id,
        )
        self._noted.append(line)

    def noted(self) -> int:
        """How many lines wait for the end of the transaction."""
        return len(self._noted)

    def forget(self, noted: int) -> None:
        """Leave out the acts noted after the first `noted`: they were undone."""
        del self._noted[noted:]

    def flush(self) -> None:
        """Write what was noted, under the lock of the head; then only commit.

        `Store.write` does it. A program with a connection of its own calls it
        last in its transaction.
        """
        if not self._noted:
            return
        chain, head = self._locked_head()
        rows = []
        for noted in self._noted:
            line = replace(noted, seq=head.seq + 1)
            digest = digest_after(head, chain, line)
            seal = seal_after(head, self._keys, line.kid, digest)
            assert seal is not None
            head = Head(line.seq, digest, seal)
            values = {name: getattr(line, name) for name in SIGNED}
            rows.append({**values, "digest": digest, "seal": seal})
        self._connection.execute(insert(trace_line), rows)
        self._connection.execute(update(trace_head).values(head._asdict()))
        self._noted.clear()

    def head(self) -> Head:
        """The end of the chain, as the store has it."""
        return self._head(lock=False)[1]

    def chain(self) -> str:
        """The name of this chain; no two stores have the same."""
        return self._head(lock=False)[0]

    def lines(
        self, after: int = 0, *, siren: str = "", person: str = "", subject: str = ""
    ) -> Iterator[Line]:
        """Lines in their order, from the one after `after`."""
        wanted = {"siren": siren, "person": person, "subject": subject}
        query = select(trace_line).where(
            *(trace_line.c[name] == value for name, value in wanted.items() if value)
        )
        while True:
            page = query.where(trace_line.c.seq > after).order_by(trace_line.c.seq)
            rows = self._connection.execute(page.limit(_BATCH)).mappings().all()
            for row in rows:
                yield Line(**row)
            if len(rows) < _BATCH:
                return
            after = rows[-1]["seq"]

    def lost_details(self, lines: Iterable[Line]) -> set[int]:
        """The lines whose encrypted detail is gone, or is not what was written."""
        told = {line.commitment: line.seq for line in lines if line.commitment}
        whole = self.persons.whole(told)
        return {seq for commitment, seq in told.items() if commitment not in whole}

    def changed_entries(self, lines: Iterable[Line]) -> set[int]:
        """The lines that tell of entries of dossiers changed or removed since."""
        return thread.changed(self._connection, self._keys, lines)

    def say(self, entry: Entry, rank: int, text: str, at: datetime) -> None:
        """Note an entry of a dossier, bound to its words."""
        facts = {**entry.facts, **thread.facts_of(self._keys, rank, text)}
        self.append(replace(entry, facts=facts), at)

    def _locked_head(self) -> tuple[str, Head]:
        return self._head(lock=True)

    def _head(self, *, lock: bool) -> tuple[str, Head]:
        query = select(trace_head)
        if lock:
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        if row is None:
            raise StoreError(
                "the journal has lost its head: someone removed it; "
                "`miroir trace verify` says what else was changed"
            )
        return row.chain, Head(row.seq, row.digest, row.seal)


def append(
    connection: Connection,
    keys: TraceKeys,
    *entries: Entry,
    versions: Versions | None = None,
) -> None:
    """Add lines inside a transaction that is open; to be the last thing in it."""
    journal = Journal(connection, keys, versions)
    for entry in entries:
        journal.append(entry)
    journal.flush()


def _safe_facts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {
        safe(name): safe(value) if isinstance(value, str) else value
        for name, value in facts.items()
    }

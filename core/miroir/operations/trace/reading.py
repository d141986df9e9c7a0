"""Showing the journal, handing it over, taking a person out of it."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from miroir.operations.workplace import Workplace
from miroir.store.database import Tables
from miroir.trace.chain import Line
from miroir.trace.entry import Entry

EXPORT = "miroir.trace.export/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines: of a company, of a person, of a thing; after a line."""

    siren: str = ""
    person: str = ""
    subject: str = ""
    after: int = 0

    @property
    def everything(self) -> bool:
        return self == Wanted()

    def lines(self, tables: Tables) -> Iterator[Line]:
        return tables.journal.lines(
            self.after, siren=self.siren, person=self.person, subject=self.subject
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line; `detail` in clear where it was asked for and is not erased."""

    line: Line
    detail: Mapping[str, str] | None = None


def show(workplace: Workplace, wanted: Wanted, last: int) -> tuple[Told, ...]:
    """The last lines of those wanted, in their order, without details."""
    with workplace.store.read() as tables:
        found = deque(wanted.lines(tables), maxlen=last)
    return tuple(Told(line=line) for line in found)


def show_details(
    workplace: Workplace, wanted: Wanted, last: int, actor: str, reason: str
) -> tuple[Told, ...]:
    """The same with details in clear: who read them, and why, is a line too."""
    with workplace.store.write() as tables:
        found = deque(wanted.lines(tables), maxlen=last)
        read = tables.journal.persons.read
        told = tuple(
            Told(line=line, detail=read(line.commitment) if line.commitment else None)
            for line in found
        )
        seen = [each.line.seq for each in told if each.detail is not None]
        act = Entry(
            act="trace.read",
            actor=actor,
            siren=wanted.siren,
            person=wanted.person,
            facts={"lines": len(seen), "last": max(seen, default=0), "reason": reason},
        )
        tables.journal.append(act, workplace.clock())
    return told


def erase(workplace: Workplace, person: str, actor: str, reason: str) -> bool:
    """Destroy the key of a person, and say so in the journal; the chain holds.

    False when it was destroyed before. Raises NothingFound.
    """
    now = workplace.clock()
    with workplace.store.write() as tables:
        done = tables.journal.persons.erase(person, now)
        if done:
            facts = {"reason": reason}
            act = Entry(act="trace.erased", actor=actor, person=person, facts=facts)
            tables.journal.append(act, now)
    return done


def export(workplace: Workplace, wanted: Wanted) -> Iterator[str]:
    """JSON lines: a header, the lines, the heads signed.

    What is whole can be verified by anyone who has the public key. Details stay
    encrypted, and are not in it.
    """
    keys = workplace.keys.trace
    with workplace.store.read() as tables:
        journal = tables.journal
        head, public = journal.head(), keys.public(keys.id)
        assert public is not None
        header = {
            "format": EXPORT,
            "chain": journal.chain(),
            "whole": wanted.everything,
            "head": head._asdict(),
            "public_key": base64.b64encode(public).decode("ascii"),
        }
        yield json.dumps(header)
        for line in wanted.lines(tables):
            document = {**asdict(line), "at": line.at.isoformat()}
            yield json.dumps({"line": document}, ensure_ascii=False)
        for signed in tables.heads.all():
            yield json.dumps({"head": signed.document()})

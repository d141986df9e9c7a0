"""Comparing the journal with its keys, its head and every head kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from miroir.operations.trace.anchoring import kept
from miroir.operations.workplace import Workplace
from miroir.privacy import TraceKeys
from miroir.store.database import Tables
from miroir.trace.chain import Line
from miroir.trace.heads import SignedHead
from miroir.trace.verifying import Fault, Walk

_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`faults`: none when everything is as it was written.

    `lost`: heads of lines that a restore lost, as a line of the journal says.

    `unsigned`: the last lines, which no head covers yet: nothing but the head
    in the store tells whether some of them were cut.
    """

    lines: int
    heads: int
    lost: int
    unsigned: int
    faults: tuple[Fault, ...]


def verify(workplace: Workplace) -> Verified:
    """Follow the whole chain; the heads of the store and of the folder with it."""
    folder = workplace.settings.trace.heads
    away, unreadable = kept(folder)
    with workplace.store.read() as tables:
        found = verify_tables(tables, workplace.keys.trace, str(folder), away)
    faults = (*(Fault(0, text) for text in unreadable), *found.faults)
    return replace(found, faults=faults)


def verify_tables(
    tables: Tables, keys: TraceKeys, place: str, away: Sequence[SignedHead]
) -> Verified:
    """The same within a transaction; `away` are the heads kept in `place`."""
    own = tables.heads.all()
    walk = Walk(
        chain=tables.journal.chain(),
        keys=keys,
        public=keys.public,
        heads={"the store": own, place: away},
    )
    faults: list[Fault] = []
    lines = tables.journal.lines()
    try:
        while page := list(islice(lines, _BATCH)):
            faults += walk.follow(page)
            faults += _told(tables, page)
    except (ValueError, TypeError):
        text = "or one soon after it cannot be read: what it holds is no line"
        faults.append(Fault(walk.before.seq + 1, text))
    faults += walk.end(tables.journal.head())
    kept_there = {(head.seq, head.digest) for head in away}
    faults += [
        Fault(0, f"head {head.seq} is not in {place}: it was removed, or not kept yet")
        for head in own
        if (head.seq, head.digest) not in kept_there
    ]
    return told(walk, faults)


def told(walk: Walk, faults: Sequence[Fault]) -> Verified:
    """What a passage found; heads of lines lost by a restore are counted apart."""
    heads = [head for group in walk.heads.values() for head in group]
    lost = {head.signature for head in heads if walk.lost(head)}
    held = {head.seq for head in heads if head.signature not in lost}
    return Verified(
        lines=walk.lines,
        heads=len(held),
        lost=len(lost),
        unsigned=max(0, walk.before.seq - max(held, default=0)),
        faults=tuple(faults),
    )


def _told(tables: Tables, lines: Sequence[Line]) -> Iterator[Fault]:
    """What the lines tell of elsewhere: details of persons, entries of dossiers."""
    for seq in sorted(tables.journal.lost_details(lines)):
        yield Fault(seq, "has lost its detail, or it was changed")
    for seq in sorted(tables.journal.changed_entries(lines)):
        yield Fault(seq, "tells of an entry of a dossier that was changed or removed")

"""Someone who may write anything in the database, and knows all but the keys.

Each tampering is one change, or a set of changes that hides itself as well as
can be done without the keys: digests and numbers are made again, the head is
set back. None of them touches the heads kept elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from miroir.store.dossiers.tables import dossier_event
from miroir.store.trace.tables import (
    trace_anchor,
    trace_detail,
    trace_head,
    trace_line,
)
from miroir.trace.chain import FIRST, SIGNED, Head, Line, digest_after
from miroir.trace.heads import SignedHead
from sqlalchemy import Connection, delete, func, insert, select, text, update

Tampering = Callable[[Connection, Random], None]


def drop_triggers(connection: Connection) -> None:
    """What the owner of the database can do."""
    if connection.dialect.name == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.execute(text(names)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    names = (
        "SELECT DISTINCT event_object_table AS place, trigger_name AS name FROM"
        " information_schema.triggers WHERE trigger_schema = current_schema()"
    )
    for row in connection.execute(text(names)).all():
        connection.execute(text(f"DROP TRIGGER {row.name} ON {row.place}"))
    for name in ("trace_line", "trace_detail", "trace_anchor", "trace_head"):
        connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))


def everything(connection: Connection) -> list[object]:
    """All that an attacker may change, to be compared."""
    tables = (trace_line, trace_head, trace_detail, trace_anchor, dossier_event)
    return [
        list(connection.execute(select(table).order_by(*table.primary_key)).all())
        for table in tables
    ]


def lines(connection: Connection) -> list[Line]:
    rows = connection.execute(select(trace_line).order_by(trace_line.c.seq))
    return [Line(**row) for row in rows.mappings()]


def write(connection: Connection, new: Sequence[Line], *, hide: bool) -> None:
    """Put other lines in place; hidden: digests that follow, and a head."""
    if hide:
        new = list(_digested(connection, new))
    connection.execute(delete(trace_line))
    if new:
        connection.execute(insert(trace_line), [asdict(line) for line in new])
    if hide:
        _set_head(connection, new[-1].head if new else FIRST)


def _digested(connection: Connection, new: Sequence[Line]) -> Iterator[Line]:
    chain = connection.execute(select(trace_head.c.chain)).scalar_one()
    before = FIRST
    for rank, line in enumerate(new, start=1):
        numbered = replace(line, seq=rank)
        numbered = replace(numbered, digest=digest_after(before, chain, numbered))
        yield numbered
        before = numbered.head


def _set_head(connection: Connection, head: Head) -> None:
    connection.execute(update(trace_head).values(**head._asdict()))


def edit(connection: Connection, random: Random) -> None:
    found = lines(connection)
    at = random.randrange(len(found))
    name = random.choice([n for n in Line.__slots__ if n != "seq"])
    changed: dict[str, Any] = {name: _other(getattr(found[at], name), random)}
    found[at] = replace(found[at], **changed)
    hide = random.random() < 0.5 and name in SIGNED
    write(connection, found, hide=hide)


def _other(value: object, random: Random) -> object:
    if isinstance(value, str):
        if not value or random.random() < 0.3:
            return value + random.choice("0aé ")
        at = random.randrange(len(value))
        changed = "1" if value[at] == "0" else "0"
        return value[:at] + changed + value[at + 1 :]
    assert isinstance(value, datetime)
    return value + timedelta(microseconds=random.choice((-1, 1, 60_000_000)))


def remove(connection: Connection, random: Random) -> None:
    found = lines(connection)
    del found[random.randrange(len(found))]
    write(connection, found, hide=random.random() < 0.7)


def swap(connection: Connection, random: Random) -> None:
    found = lines(connection)
    one, other = random.sample(range(len(found)), 2)
    first, second = found[one], found[other]
    found[one] = replace(second, seq=first.seq)
    found[other] = replace(first, seq=second.seq)
    write(connection, found, hide=random.random() < 0.5)


def add(connection: Connection, random: Random) -> None:
    found = lines(connection)
    copy = random.choice(found)
    forged = replace(copy, outcome="forged", seal=secrets.token_hex(32))
    found.insert(random.randrange(len(found) + 1), random.choice((copy, forged)))
    numbered = [replace(line, seq=rank) for rank, line in enumerate(found, start=1)]
    write(connection, numbered, hide=random.random() < 0.7)


def cut(connection: Connection, random: Random) -> None:
    """Cut back beyond a head that was signed; perfect in all else."""
    last = connection.execute(select(func.max(trace_anchor.c.seq))).scalar_one()
    left = random.randrange(last)
    connection.execute(delete(trace_line).where(trace_line.c.seq > left))
    if random.random() < 0.8:
        _set_head(connection, _head_at(connection, left))
    if random.random() < 0.5:
        connection.execute(delete(trace_anchor).where(trace_anchor.c.seq > left))


def replay(connection: Connection, random: Random) -> None:
    """Put an older head back, with or without the lines after it."""
    found = lines(connection)
    left = random.randrange(len(found))
    _set_head(connection, _head_at(connection, left))


def _head_at(connection: Connection, seq: int) -> Head:
    row = connection.execute(select(trace_line).where(trace_line.c.seq == seq)).first()
    return Head(row.seq, row.digest, row.seal) if row else FIRST


def spoil_detail(connection: Connection, random: Random) -> None:
    keys = connection.execute(select(trace_detail.c.commitment)).scalars().all()
    chosen = trace_detail.c.commitment == random.choice(keys)
    if random.random() < 0.5:
        connection.execute(delete(trace_detail).where(chosen))
    else:
        sealed = secrets.token_bytes(40)
        connection.execute(update(trace_detail).where(chosen).values(sealed=sealed))


def spoil_thread(connection: Connection, random: Random) -> None:
    rank = random.randint(1, 5)
    change = random.choice(
        ("DELETE FROM dossier_event", "UPDATE dossier_event SET text = 'x'")
    )
    connection.execute(text(f"{change} WHERE rank = {rank}"))


def spoil_signed(connection: Connection, random: Random) -> None:
    """Change a head signed in the store, or forge a newer one."""
    row = connection.execute(select(trace_anchor)).mappings().first()
    assert row is not None
    head = SignedHead(chain="", **row)
    if random.random() < 0.5:
        other = {"digest": secrets.token_hex(32)}
    else:
        other = {"signature": head.signature[:-4] + "AAA="}
    connection.execute(
        update(trace_anchor).where(trace_anchor.c.seq == head.seq).values(**other)
    )


TAMPERINGS: dict[str, Tampering] = {
    "edit": edit,
    "remove": remove,
    "swap": swap,
    "insert": add,
    "cut": cut,
    "replay": replay,
    "detail": spoil_detail,
    "thread": spoil_thread,
    "signed": spoil_signed,
}

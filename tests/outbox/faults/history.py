"""What must be true of a run, whatever was killed in it: one checker for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from miroir.outbox.model import Attempt, Status, StoredAction
from miroir.store import Store, Tables

from tests.outbox.double.running import Double

ENDED = (Status.CONFIRMED, Status.CANCELLED)


def wrong(
    store: Store, double: Double, keys: Mapping[str, str], cancelled: tuple[str, ...]
) -> list[str]:
    """One line per thing that is not as it must be."""
    with store.read() as tables:
        return [
            f"{name}: {what}"
            for name, key in keys.items()
            for what in _wrong(
                tables, tables.outbox.get(key), double.done_of(key), name in cancelled
            )
        ]


def asked_for(store: Store, keys: Mapping[str, str]) -> int:
    """How many times an action was left to persons, by the journal."""
    with store.read() as tables:
        return sum(
            line.act == "action.needs_person"
            for key in keys.values()
            for line in tables.journal.lines(subject=f"action:{key}")
        )


def _wrong(
    tables: Tables, row: StoredAction, done: int, cancelled: bool
) -> Iterator[str]:
    if row.status not in ENDED:
        yield f"lost: it is {row.status}, and nobody goes on with it"
    if done > 1:
        yield f"doubled: {done} effects"
    if row.status is Status.CONFIRMED and done != 1:
        yield f"lost: confirmed, with {done} effects"
    if row.status is Status.CANCELLED and done:
        yield "cancelled, with an effect"
    if (row.status is Status.CANCELLED) != cancelled and row.status in ENDED:
        yield f"lost: it ended {row.status}"
    if row.status is Status.CONFIRMED and row.receipt is None:
        yield "confirmed without a receipt"
    yield from _journal(tables, row)
    yield from _attempts(tables.outbox.attempts(row), row)


def _journal(tables: Tables, row: StoredAction) -> Iterator[str]:
    """Each change of state has its line, and each line its change."""
    import json

    state: str | None = None
    for line in tables.journal.lines(subject=f"action:{row.key}"):
        act = line.act.removeprefix("action.")
        if act == "enqueued":
            if state is not None:
                yield "journal: written twice"
            state = Status.PENDING.value
        elif act in tuple(Status):
            came_from = json.loads(line.facts)["from"]
            if came_from != state:
                yield f"journal: a gap, from {state} to {came_from}"
            state = act
    if state != row.status.value:
        yield f"journal: it ends {state}, the action is {row.status.value}"


def _attempts(attempts: tuple[Attempt, ...], row: StoredAction) -> Iterator[str]:
    begun = {each.fence for each in attempts if not each.ended}
    for each in attempts:
        if each.ended and each.fence not in begun:
            yield f"attempt {each.fence}: an end without a start"
    if row.fence < max(begun, default=0):
        yield "attempts: one under a number that was never given"
    if row.status is Status.CONFIRMED and not begun:
        yield "attempts: confirmed, and none was noted"

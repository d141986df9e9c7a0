"""What `miroir actions` does: look an action up, change it, say what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from miroir.operations.outbox.classes import terms_by_name, terms_of
from miroir.operations.outbox.followers import tell
from miroir.operations.outbox.mark import mark_of
from miroir.operations.workplace import Workplace
from miroir.outbox.model import Attempt, Choice, Hold, Status, StoredAction
from miroir.outbox.policy import Terms, next_step
from miroir.store.database import Tables
from miroir.types.action import ADHESION_UPDATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An action, what it needs, every attempt at it, its lines in the journal."""

    row: StoredAction
    needs: tuple[StoredAction, ...]
    attempts: tuple[Attempt, ...]
    history: tuple[tuple[str, str, str, str], ...]


def show(tables: Tables, key: str) -> Shown:
    """Everything known of an action but its content; NothingFound."""
    row = tables.outbox.get(key)
    lines = tables.journal.lines(subject=f"action:{row.key}")
    return Shown(
        row=row,
        needs=tables.outbox.needs(row),
        attempts=tables.outbox.attempts(row),
        history=tuple(
            (f"{line.at:%Y-%m-%d %H:%M:%S}", line.act, line.actor, line.outcome)
            for line in lines
        ),
    )


def replay(tables: Tables, key: str, by: str, why: str) -> StoredAction:
    """Let a stuck action wait again, under the same key."""
    tables.decisions.replay(tables.outbox.get(key), by, why)
    return tables.outbox.get(key)


def cancel(
    workplace: Workplace, tables: Tables, key: str, by: str, why: str
) -> tuple[StoredAction, ...]:
    """Cancel what has not gone out, and what waits for it."""
    row = tables.outbox.get(key)
    gone = tables.decisions.cancel(row, by, why, pivots(workplace))
    return _told(tables, gone)


def discard(
    workplace: Workplace, tables: Tables, key: str, by: str, why: str
) -> tuple[StoredAction, ...]:
    """Give up what is stuck."""
    row = tables.outbox.get(key)
    gone = tables.decisions.discard(row, by, why, pivots(workplace))
    return _told(tables, gone)


def decide(tables: Tables, key: str, choice: Choice, by: str, why: str) -> StoredAction:
    """Propose what became of a lost action."""
    return tables.decisions.propose(tables.outbox.get(key), choice, by, why)


def confirm(
    workplace: Workplace, tables: Tables, key: str, by: str, why: str, receipt: str
) -> StoredAction:
    """Confirm what another person proposed, and do it."""
    row = tables.outbox.get(key)
    tables.decisions.confirm(row, by, why, pivots(workplace), receipt)
    decided = tables.outbox.get(row.key)
    if decided.status is not Status.PENDING:
        tell(tables, decided)
    return decided


def hold(workplace: Workplace, by: str, why: str) -> int:
    """Send nothing any more; how many actions are in doubt."""
    with workplace.store.write() as tables:
        return tables.decisions.hold(by, why)


def reconcile(workplace: Workplace, by: str, why: str) -> dict[str, int]:
    """End the hold: what is in doubt is looked for before anything is sent again.

    Gives how many actions in doubt there are, by how they will be treated:
    «resent», which is harmless there, «looked_for», or «person».
    """
    every = terms_by_name(workplace)
    terms = {each.kind: every[name] for name, each in workplace.destinations.items()}
    with workplace.store.write() as tables:
        now = tables.leases.now()
        waits = {kind: now + each.promise.quarantine for kind, each in terms.items()}
        tables.decisions.lift(by, why, waits)
        rows = [row for row in tables.outbox.listed(limit=1_000_000) if row.doubt]
        last = tables.claims.last_attempt()
    mark_of(workplace.store, workplace.settings.outbox.mark).forget(last)
    counts: dict[str, int] = {}
    for row in rows:
        way = _way(row, terms.get(row.kind))
        counts[way] = counts.get(way, 0) + 1
    return counts


def held(workplace: Workplace) -> Hold | None:
    """Why nothing is sent, if so."""
    with workplace.store.read() as tables:
        return tables.outbox.held()


def pivots(workplace: Workplace) -> frozenset[str]:
    """The kinds of action after which there is no way back."""
    return frozenset(
        {ADHESION_UPDATE}
        | {
            each.kind
            for each in workplace.destinations.values()
            if terms_of(each).promise.pivot
        }
    )


def _told(tables: Tables, gone: Sequence[StoredAction]) -> tuple[StoredAction, ...]:
    rows = tuple(tables.outbox.get(row.key) for row in gone)
    for row in rows:
        tell(tables, row)
    return rows


def _way(row: StoredAction, terms: Terms | None) -> str:
    if terms is None or row.status not in (Status.PENDING, Status.UNKNOWN):
        return "person"
    step = next_step(row, terms, row.not_before)
    return "person" if step is None else {"send": "resent"}.get(step, "looked_for")

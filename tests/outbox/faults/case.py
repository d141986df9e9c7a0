"""One case, from the commit that decides it to its last action, in any process.

Whoever runs it may be killed; whoever runs it next finds what is left, and
goes on as workers and persons would.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from miroir.operations.outbox.lane import Lane, database_clock
from miroir.operations.outbox.mark import Mark
from miroir.outbox.model import Choice, Status, StoredAction
from miroir.store import Store, Tables
from miroir.types.action import CRM_CONTACT

from tests.outbox.double.destination import BlindLogger, DoubleLogger
from tests.outbox.faults.site import Site
from tests.outbox.places import lane_of
from tests.outbox.samples import contact

PLANS = {
    "plain": "ok",
    "after": "commit_then_reset",
    "late": "late_commit",
    "no": "refuse",
    "doubted": "commit_then_reset,refuse",
    "given-up": ",".join(["refuse"] * 20),
    "goes-on": "ok",
    "busy": "unavailable,unavailable,unavailable",
    "never": "ok",
    "never-after": "ok",
}
"""The actions of the whole case, and what befalls their first sendings."""
SHORT = (("doubted",), ("late",), ("plain", "after"))
"""Short cases: an answer lost, an effect that comes late, two in a row."""
NEEDS = {
    "after": "plain",
    "given-up": "plain",
    "goes-on": "given-up",
    "never-after": "never",
}
NEVER = ("never", "never-after", "given-up")


@dataclass
class Clock:
    """The clock of the database, moved on by what nobody wants to wait for."""

    offset: timedelta = timedelta(0)

    def __call__(self, tables: Tables) -> datetime:
        return database_clock(tables) + self.offset


@dataclass(kw_only=True)
class Case:
    """A case of actions under names; `run` tells it from the others."""

    site: Site
    delivery: str
    run: str
    names: tuple[str, ...] = tuple(PLANS)
    clock: Clock = field(default_factory=Clock)
    in_flight_ms: int = 400
    seconds: float = 60

    def lane(self, store: Store) -> Lane:
        kind = BlindLogger if self.delivery == "D" else DoubleLogger
        destination = kind(
            port=self.site.port, delivery=self.delivery, in_flight_ms=self.in_flight_ms
        )
        with store.read() as tables:
            mark = Mark(self.site.folder / "mark", tables.journal.chain())
        return lane_of(store, destination, clock=self.clock, most_attempts=3, mark=mark)

    def decide(self, store: Store) -> dict[str, str]:
        """Write every action in one commit, as the decision of a case does."""
        keys: dict[str, str] = {}
        with store.write() as tables:
            for name in self.names:
                needs = NEEDS.get(name)
                keys[name] = tables.outbox.enqueue(
                    contact(f"{self.run} {name} plan:{PLANS[name]}"),
                    dossier=f"{self.run}:{_first(name)}",
                    occasion=f"{self.run} {name}",
                    depends_on=[keys[needs]] if needs else [],
                )
        return keys

    def live(self) -> dict[str, str]:
        """All of it, until every action has ended; the key of each."""
        with self.site.store as store:
            keys = self.decide(store)
            lane = self.lane(store)
            if "never" in keys:
                self._cancel(store, keys["never"])
            end = time.monotonic() + self.seconds
            while self._work(store, lane) or self._persons(store, keys):
                assert time.monotonic() < end, f"not ended after {self.seconds} s"
            if "never" in keys:
                self._hold(store)
        return keys

    def rows(self, store: Store, keys: dict[str, str]) -> dict[str, StoredAction]:
        with store.read() as tables:
            return {name: tables.outbox.get(key) for name, key in keys.items()}

    def _work(self, store: Store, lane: Lane) -> bool:
        """Turn the lane until nothing goes without a person."""
        worked = False
        while True:
            turn = lane.turn()
            worked |= turn.did
            if turn.did:
                continue
            with store.read() as tables:
                if not tables.claims.busy([CRM_CONTACT]):
                    return worked
                now = self.clock(tables)
            wait = (turn.wait_until or now) - now
            if wait > timedelta(seconds=2):
                self.clock.offset += wait  # a breaker: nobody's data is at stake
            else:
                time.sleep(max(wait.total_seconds(), 0.002))

    def _persons(self, store: Store, keys: dict[str, str]) -> bool:
        """What persons do: replay, or look at the other side and say what is so."""
        acted = False
        with store.read() as tables:
            held = tables.outbox.held()
        if held is not None:
            self._lift(store)
            return True
        for name, row in self.rows(store, keys).items():
            if name == "given-up" and row.status is Status.REFUSED:
                self._act(store, row, "discard", (CRM_CONTACT,))
            elif row.status is Status.NEEDS_PERSON:
                self._decide(store, row)
            elif row.status in (Status.REFUSED, Status.DEAD):
                self._act(store, row, "replay")
            else:
                continue
            acted = True
        return acted

    def _decide(self, store: Store, row: StoredAction) -> None:
        if not row.proposed:
            time.sleep(2 * self.in_flight_ms / 1000)
            done = self.site.double.done_of(row.key)
            choice = Choice.DONE if done else Choice.RESEND
            with store.write() as tables:
                tables.decisions.propose(
                    row, choice, "marie", "vu chez eux", row.not_before
                )
        with store.write() as tables:
            row = tables.outbox.get(row.key)
            tables.decisions.confirm(row, "paul", "vu aussi", (), "R")

    def _act(self, store: Store, row: StoredAction, what: str, *more: object) -> None:
        with store.write() as tables:
            getattr(tables.decisions, what)(row, "marie", "essai", *more)

    def _cancel(self, store: Store, key: str) -> None:
        with store.write() as tables:
            row = tables.outbox.get(key)
            if row.status is Status.PENDING and not row.doubt:
                tables.decisions.cancel(row, "marie", "plus utile", ())

    def _hold(self, store: Store) -> None:
        with store.write() as tables:
            tables.decisions.hold("marie", "essai")
        self._lift(store)

    def _lift(self, store: Store) -> None:
        with store.write() as tables:
            moment = self.clock(tables) + timedelta(milliseconds=100)
            tables.decisions.lift("marie", "essai", {CRM_CONTACT: moment})


def _first(name: str) -> str:
    """The first of a chain: all of it is one dossier."""
    return _first(NEEDS[name]) if name in NEEDS else name

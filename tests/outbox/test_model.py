"""Any order of decisions, answers, deaths, delays and acts of persons.

What stands for the other side here is its rule alone: a count per intent. The
store is a real one, the lane is the worker's own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from miroir.errors import PluginCrashed
from miroir.isolation import Json
from miroir.operations.outbox.courier import Courier
from miroir.operations.outbox.lane import Lane
from miroir.outbox import crashing
from miroir.outbox.model import STUCK, Choice, Status, StoredAction
from miroir.outbox.policy import Terms
from miroir.privacy import Keys
from miroir.store import Store, upgrade
from miroir.types.action import CRM_CONTACT
from miroir.types.delivery import DeliveryClass, Promise

from tests.outbox.faults.case import Clock
from tests.outbox.samples import contact
from tests.sweeps import judged_only

FULL = os.environ.get("MIROIR_FULL_OUTBOX") == "1"
EXAMPLES, STEPS = (2000, 60) if FULL else (12, 25)
ANSWERS = ("done", "done_lost", "lost", "not_sent", "refused", "person")
POINTS = (
    "claim.updated",
    "claim.committed",
    "start.written",
    "start.committed",
    "call.answered",
    "settle.moved",
    "settle.committed",
    "rescue.written",
    "move.confirmed.before_journal",
)


class Died(BaseException):
    """The worker is gone, in the middle of what it did."""


@dataclass
class Remote:
    """The host of a destination: what it does, and what it says of it."""

    delivery: str
    effects: Counter[str] = field(default_factory=Counter)
    next: str = "done"

    def start(self) -> None:
        """Always ready."""

    def close(self) -> None:
        """Nothing to end."""

    def call(self, method: str, params: Json, seconds: float) -> Json:
        key = str(params["key"])
        if method == "find":
            if not self.effects[key]:
                return {"outcome": "absent"}
            return {"outcome": "confirmed", "receipt": {"id": "found"}}
        if self.next.startswith("done"):
            known = self.delivery in "AB" and self.effects[key]
            self.effects[key] += 0 if known else 1
        if self.next == "done":
            return {"outcome": "confirmed", "receipt": {"id": "R"}}
        if self.next.endswith("lost"):
            raise PluginCrashed("gone")
        outcome = {"person": "needs_person"}.get(self.next, self.next)
        return {"outcome": outcome, "code": self.next}


class Life(RuleBasedStateMachine):
    delivery: str
    template: Path
    keys_: Keys

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="miroir-life-"))
        shutil.copy(self.template, self.folder / "miroir.db")
        self.store = Store.open(f"sqlite:///{self.folder / 'miroir.db'}", self.keys_)
        self.remote = Remote(self.delivery)
        self.clock = Clock()
        self.intents: list[str] = []
        self.lane = self._lane()

    @rule(dossier=st.integers(0, 2), waits=st.booleans())
    def decide(self, dossier: int, waits: bool) -> None:
        with self.store.write() as tables:
            rank = len(self.intents)
            needs = self.intents[-1:] if waits else []
            if any(tables.outbox.get(key).status is Status.CANCELLED for key in needs):
                needs = []
            self.intents.append(
                tables.outbox.enqueue(
                    contact(str(rank)), dossier=f"d{dossier}", depends_on=needs
                )
            )

    @rule(answer=st.sampled_from(ANSWERS))
    def work(self, answer: str) -> None:
        self.remote.next = answer
        self.lane.turn()

    @rule(answer=st.sampled_from(ANSWERS), point=st.sampled_from(POINTS))
    def die(self, answer: str, point: str) -> None:
        self.remote.next = answer
        crashing.arm(lambda name: _die() if name == point else None)
        try:
            self.lane.turn()
        except Died:
            self.lane = self._lane()
        finally:
            crashing.arm(None)

    @rule(minutes=st.sampled_from((0.2, 2, 6, 61)))
    def wait(self, minutes: float) -> None:
        self.clock.offset += timedelta(minutes=minutes)

    @precondition(lambda self: self._stuck())
    @rule(give_up=st.booleans())
    def person(self, give_up: bool) -> None:
        row = self._stuck()[0]
        with self.store.write() as tables:
            decisions = tables.decisions
            if not row.doubt:
                if give_up:
                    decisions.discard(row, "marie", "non", ())
                else:
                    decisions.replay(row, "marie", "encore")
                return
            done = Choice.DONE if self.remote.effects[row.key] else Choice.RESEND
            choice = Choice.ABANDON if give_up and done is Choice.RESEND else done
            row = decisions.propose(row, choice, "marie", "vu", row.not_before)
            decisions.confirm(row, "paul", "vu", ())

    @rule()
    def hold_and_reconcile(self) -> None:
        with self.store.write() as tables:
            tables.decisions.hold("marie", "essai")
        before = self.remote.effects.copy()
        self.remote.next = "done"
        self.lane.turn()  # it may take over what a dead one left, and send nothing
        assert self.remote.effects == before
        with self.store.write() as tables:
            tables.decisions.lift("marie", "essai", {})

    @invariant()
    def nothing_is_done_twice(self) -> None:
        assert all(count <= 1 for count in self.remote.effects.values())

    @invariant()
    def what_ended_is_true(self) -> None:
        for row in self._rows():
            effects = self.remote.effects[row.key]
            if row.status is Status.CONFIRMED:
                assert effects == 1, row
            elif not row.doubt and row.status is not Status.IN_FLIGHT:
                assert effects == 0, row

    def teardown(self) -> None:
        """With an outside that works again, everything ends or waits for a person."""
        self.remote.next = "done"
        for _ in range(400):
            self.clock.offset += timedelta(minutes=7)
            with self.store.read() as tables:
                if not tables.claims.busy([CRM_CONTACT]):
                    break
            self.lane.turn()
        else:
            raise AssertionError([row.status for row in self._rows()])
        self.nothing_is_done_twice()
        self.what_ended_is_true()
        self.store.close()
        shutil.rmtree(self.folder)

    def _rows(self) -> list[StoredAction]:
        with self.store.read() as tables:
            return list(tables.outbox.listed())

    def _stuck(self) -> list[StoredAction]:
        return [row for row in self._rows() if row.status in STUCK]

    def _lane(self) -> Lane:
        promise = Promise(
            delivery=DeliveryClass(self.delivery),
            key_retention=timedelta(days=2),
            rate=1000,
            burst=1000,
        )
        terms = Terms(promise=promise, can_find=self.delivery != "D")
        return Lane(
            self.store,
            Courier(self.remote, promise),
            terms,
            kind=CRM_CONTACT,
            destination="there",
            owner="worker",
            clock=self.clock,
        )


def _die() -> None:
    raise Died


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("life") / "miroir.db"
    upgrade(f"sqlite:///{path}")
    yield path


@judged_only
@pytest.mark.parametrize("delivery", ["A", "B", "C", "D"])
def test_any_life_of_actions(delivery: str, template: Path) -> None:
    class ThisLife(Life):
        pass

    ThisLife.delivery, ThisLife.template = delivery, template
    ThisLife.keys_ = Keys.generate()
    case = ThisLife.TestCase
    case.settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    case().runTest()

"""Fifty at once: one decision, one update, whoever comes first."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from miroir.adhesion.plan import PlanState
from miroir.dossier.moves import MoveRefused
from miroir.operations.adhesion import deciding
from miroir.operations.adhesion.deciding import approve, refuse
from miroir.operations.adhesion.examining import examine
from miroir.operations.adhesion.proposing import propose
from miroir.operations.workplace import Workplace

from tests.operations.adhesion.companies import SIREN
from tests.operations.adhesion.conftest import Place

AT_ONCE = 50
FULL = os.environ.get("MIROIR_FULL_RACES") == "1"
"""200 rounds, as `tox -e races` runs them."""
ROUNDS = 200 if FULL else 1


def raced(acts: list[Callable[[], object]]) -> Counter[str]:
    """Begin them together; how each ended."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        ready.wait()
        try:
            act()
        except MoveRefused as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> Callable[[Workplace], None]:
    """The company is examined once: the race is on the decision, and fifty
    examinations would take its time."""

    def hold(workplace: Workplace) -> None:
        examination = examine(workplace, SIREN)
        monkeypatch.setattr(deciding, "examine", lambda *_: examination)

    return hold


Once = Callable[[Workplace], None]


def test_of_fifty_approvals_one_wins(place: Place, once: Once) -> None:
    workplace = place.open()
    once(workplace)
    for _ in range(ROUNDS):
        _one_round(workplace)


def _one_round(workplace: Workplace) -> None:
    plan = propose(workplace, SIREN, "marie").plan.hash
    names = [f"jean{rank}" for rank in range(AT_ONCE)]
    found = raced([partial(approve, workplace, SIREN, plan, name) for name in names])
    assert found["done"] == 1 and found.total() == AT_ONCE, found
    with workplace.store.write() as tables:
        stored = tables.plans.get(SIREN, plan)
        updates = [tables.outbox.action(row) for row in tables.outbox.listed()]
        approvals = [
            line.actor
            for line in tables.journal.lines(subject=f"plan:{plan}")
            if line.act == "adhesion.approved"
        ]
        assert stored.decision is not None
        assert approvals == [stored.decision.approver]
        assert [getattr(each, "plan", "") for each in updates].count(plan) == 1
        tables.plans.end(stored, PlanState.VOID, workplace.clock(), "tour suivant")


def test_approving_refusing_and_clicking_twice_decide_once(
    quick: Place, once: Once
) -> None:
    workplace = quick.open()
    once(workplace)
    plan = propose(workplace, SIREN, "marie").plan.hash
    found = raced(
        [
            *[partial(approve, workplace, SIREN, plan, "jean")] * 10,
            *[partial(refuse, workplace, SIREN, plan, "alix", "non")] * 10,
            *[partial(approve, workplace, SIREN, plan, "Marie")] * 10,
        ]
    )
    assert found["done"] == 1
    with workplace.store.read() as tables:
        stored = tables.plans.get(SIREN, plan)
        assert stored.decision is not None
        assert stored.decision.approver in ("jean", "alix")
        sent = len(tables.outbox.listed())
    assert sent == (stored.state is PlanState.APPROVED)


def test_of_proposals_at_once_one_waits(place: Place) -> None:
    workplace = place.open()
    names = [f"jean{rank}" for rank in range(10)]
    found = raced([partial(propose, workplace, SIREN, name) for name in names])
    assert found["done"] == 1 and found.total() == len(names)
    with workplace.store.read() as tables:
        (stored,) = tables.plans.of(SIREN)
    assert stored.state is PlanState.PROPOSED

"""A lost answer, whatever the remote did: one effect for A, B and C, a person for D."""

from __future__ import annotations

import pytest
from miroir.outbox.model import Status
from miroir.store import Store

from tests.outbox.double.destination import BlindLogger, DoubleLogger
from tests.outbox.double.running import Double
from tests.outbox.places import lane_of, work
from tests.outbox.samples import DOSSIER, contact

LOST = [
    "commit_then_reset",
    "commit_then_half",
    "commit_then_garbage",
    "commit_then_500",
    "fail_500",
    "late_commit",
]


def logger(double: Double, delivery: str) -> DoubleLogger:
    kind = BlindLogger if delivery == "D" else DoubleLogger
    return kind(port=double.port, delivery=delivery)


@pytest.mark.parametrize("cruelty", LOST)
@pytest.mark.parametrize("delivery", ["A", "B", "C", "D"])
def test_a_lost_answer(
    store: Store, double: Double, delivery: str, cruelty: str
) -> None:
    double.set(plan=[cruelty])
    with store.write() as tables:
        key = tables.outbox.enqueue(contact(f"{delivery} {cruelty}"), dossier=DOSSIER)
    work(store, lane_of(store, logger(double, delivery)))
    with store.read() as tables:
        row = tables.outbox.get(key)
    if delivery == "D":
        assert row.status is Status.NEEDS_PERSON and row.doubt
        assert double.done().get(key, 0) <= 1
    else:
        assert row.status is Status.CONFIRMED and not row.doubt
        assert double.done()[key] == 1

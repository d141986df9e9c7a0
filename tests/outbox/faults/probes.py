"""One short look at each thing that must hold. Each raises AssertionError.

They pass on Miroir as it is; with a bug planted, one of them must not.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from miroir.errors import (
    LeaseLost,
    PersonalNumberInAction,
    StoreError,
    WrongState,
)
from miroir.operations.outbox.lane import Lane, database_clock
from miroir.operations.outbox.mark import Mark, hold_if_restored
from miroir.outbox.model import Answer, Choice, Outcome, Status, Step, StoredAction
from miroir.outbox.policy import Terms, after_sending, next_step
from miroir.outbox.serving import answered, serve
from miroir.store import Tables
from miroir.store.outbox.tables import outbox
from miroir.types.action import ADHESION_UPDATE, CRM_CONTACT
from miroir.types.delivery import DeliveryClass, Destination, Promise
from sqlalchemy import select, text

from tests.outbox.double.destination import BlindLogger, DoubleLogger
from tests.outbox.faults.case import Case
from tests.outbox.faults.case import Clock as Moved
from tests.outbox.faults.forking import die_at_point, in_child
from tests.outbox.faults.history import wrong
from tests.outbox.faults.site import Site
from tests.outbox.places import Clock, lane_of, later
from tests.outbox.samples import contact, update

_runs = itertools.count()


def killed_at(place: Site) -> None:
    """Killed where it hurts, a case ends as it must, whatever the class."""
    points = (
        "call.answered",
        "serving.sent",
        "start.committed",
        "settle.moved",
        "enqueue.noted",
        "move.confirmed.before_journal",
    )
    for delivery, point in itertools.product("ABCD", points):
        run = _name(f"{delivery}-{point}")
        case = partial(Case, site=place, delivery=delivery, run=run, names=("plain",))

        def dying(case: Callable[[], Case] = case, point: str = point) -> None:
            die_at_point(point)
            case().live()

        in_child(dying)
        ended = case(clock=Moved(timedelta(minutes=10)))
        ended.seconds = 10
        keys = ended.live()
        assert wrong(place.store, place.double, keys, ()) == [], (delivery, point)


def lost_answers(place: Site) -> None:
    """Lost answers of every kind: one effect for A, B, C; a person for D."""
    for delivery, cruelty in itertools.product(
        "ABCD", ("commit_then_reset", "commit_then_garbage", "commit_then_500")
    ):
        key, row = _sent(place, delivery, cruelty)
        done = place.double.done_of(key)
        assert done == 1, (delivery, cruelty, done)
        expected = Status.NEEDS_PERSON if delivery == "D" else Status.CONFIRMED
        assert row.status is expected, (delivery, cruelty, row.status)
        assert delivery == "D" or row.receipt is not None


def late_effects(place: Site) -> None:
    """The caller is gone, the effect comes a second later, once."""
    place.double.set(late_seconds=1.0)
    for delivery in "ABC":
        key, row = _sent(place, delivery, "late_commit", in_flight_ms=600)
        assert row.status is Status.CONFIRMED
        assert place.double.done_of(key) == 1, delivery


def slow_search(place: Site) -> None:
    """What was done is found only after a while."""
    place.double.set(lag_seconds=1.5)
    key, row = _sent(place, "C", "commit_then_reset", in_flight_ms=1, lag_ms=1000)
    assert row.status is Status.CONFIRMED and place.double.done_of(key) == 1


def search_is_down(place: Site) -> None:
    """One that cannot look does not take it for absent."""
    key = _enqueue(place, "commit_then_reset")
    lane = _lane(place, "C")
    lane.turn()
    _lane(place, "C", port=1, clock=later(minutes=1)).turn()
    with place.store.read() as tables:
        assert tables.outbox.get(key).doubt, "it was taken for absent"
    _drain(place, _lane(place, "C", clock=later(minutes=30)))
    assert place.double.done_of(key) == 1


def two_are_there(place: Site) -> None:
    """Two records of one intent are for a person."""
    _, row = _sent(place, "C", "accept_two")
    assert row.status is Status.NEEDS_PERSON and row.code == "several"


def not_sent(place: Site) -> None:
    """Not carried out: done again, later, and no more often than that."""
    key, row = _sent(place, "D", "unavailable")
    assert row.status is Status.CONFIRMED and place.double.done_of(key) == 1
    _, row = _sent(place, "C", ",".join(["unavailable"] * 9))
    assert row.status is Status.DEAD and row.attempts == 3, row


def refused(place: Site) -> None:
    """A no is a no: it is not asked again."""
    key, row = _sent(place, "C", "refuse,ok")
    assert row.status is Status.REFUSED and row.code == "422", row
    assert place.double.done_of(key) == 0
    with place.store.read() as tables:
        assert len(tables.outbox.attempts(row)) == 2


def same_intent_once(place: Site) -> None:
    """What is decided again is not written again."""
    run = _name("again")
    for _ in range(2):
        with place.store.write() as tables:
            tables.outbox.enqueue(contact(run), dossier=run, occasion=run)
    with place.store.read() as tables:
        assert len(tables.outbox.listed(dossier=run)) == 1
    _drain(place, _lane(place, "C"))


def decision_undone(place: Site) -> None:
    """What is not committed never was: neither the action nor its line."""
    run = _name("undone")
    with suppress(ZeroDivisionError), place.store.write() as tables:
        tables.outbox.enqueue(contact(run), dossier=run)
        raise ZeroDivisionError
    with place.store.read() as tables:
        assert tables.outbox.listed(dossier=run) == ()


def zombie(place: Site) -> None:
    """One that slept, and was replaced, writes nothing."""
    key = _enqueue(place, "ok")
    with place.store.write() as tables:
        row = _claimed(tables)
        now = tables.leases.now()
        tables.claims.start(row, Step.SEND, now, now + timedelta(seconds=1))
    assert row.key == key, "another action was waiting"
    _drain(place, _lane(place, "C", clock=later(minutes=10)))
    answer = Answer(outcome=Outcome.REFUSED, code="422")
    verdict = after_sending(row, answer, _terms("C"), now, probe=False)
    try:
        with place.store.write() as tables:
            tables.claims.settle(row, answer, verdict, now, step=Step.SEND)
    except LeaseLost:
        pass
    else:
        raise AssertionError("a zombie wrote")
    with place.store.read() as tables:
        assert tables.outbox.get(key).status is Status.CONFIRMED
    assert place.double.done_of(key) == 1


def slow_starter(place: Site) -> None:
    """One whose claim is over begins nothing."""
    _enqueue(place, "ok")
    with place.store.write() as tables:
        row = _claimed(tables)
    with place.store.read() as tables:
        late = tables.leases.now() + timedelta(minutes=5)
    with suppress(LeaseLost), place.store.write() as tables:
        tables.claims.start(row, Step.SEND, late, late)
        raise AssertionError("it began after its claim was over")
    destination: Destination[Any] = DoubleLogger(port=place.port, delivery="C")
    handler = serve(destination)
    call = {
        "kind": CRM_CONTACT,
        "payload": _payload(),
        "key": row.key,
        "siren": row.siren,
        "attempt": 1,
        "doubt": False,
        "until": monotonic() - 1,
    }
    assert answered(handler("send", call)).outcome is Outcome.NOT_SENT
    _drain(place, _lane(place, "C", clock=later(minutes=10)))


def one_claim(place: Site) -> None:
    """Two workers, one action: one has it. One dossier: one at a time."""
    run = _name("claims")
    with place.store.write() as tables:
        for rank in range(2):
            tables.outbox.enqueue(contact(f"{run} {rank}"), dossier=run)
    with place.store.write() as tables:
        first = _claimed(tables)
    with place.store.write() as tables:
        now = tables.leases.now()
        second = tables.claims.claim(
            CRM_CONTACT, "other", now, now + timedelta(minutes=1), "there"
        )
    assert first is not None and second is None, second
    try:
        with place.store.write() as tables:
            tables._connection.execute(
                text(
                    "UPDATE outbox SET status = 'in_flight', "
                    "lease_until = created_at WHERE dossier = :run"
                ),
                {"run": run},
            )
    except StoreError:
        pass
    else:
        raise AssertionError("two of one dossier under way")
    _drain(place, _lane(place, "C", clock=later(minutes=10)))


def in_order(place: Site) -> None:
    """The second of a dossier does not overtake the first, which waits."""
    run = _name("order")
    with place.store.write() as tables:
        keys = [
            tables.outbox.enqueue(contact(f"{run}{rank} plan:{plan}"), dossier=run)
            for rank, plan in enumerate(("unavailable", "ok"))
        ]
    _drain(place, _lane(place, "C"))
    assert list(place.double.order(*keys)) == keys


def after_what_it_needs(place: Site) -> None:
    """What needs another waits for it, and goes with it when it is cancelled."""
    run = _name("saga")
    with place.store.write() as tables:
        first = tables.outbox.enqueue(contact(f"{run} plan:refuse"), dossier=run)
        second = tables.outbox.enqueue(
            contact(f"{run} then"), dossier=f"{run}-2", depends_on=[first]
        )
    _drain(place, _lane(place, "C"))
    with place.store.read() as tables:
        assert tables.outbox.get(second).status is Status.PENDING
    assert place.double.done_of(second) == 0
    with place.store.write() as tables:
        tables.decisions.discard(tables.outbox.get(first), "marie", "non", ())
    with place.store.read() as tables:
        assert tables.outbox.get(second).status is Status.CANCELLED


def only_forward(place: Site) -> None:
    """After the pivot nothing that follows it is cancelled."""
    run = _name("pivot")
    with place.store.write() as tables:
        pivot = tables.outbox.enqueue(contact(run), dossier=run)
        trace = tables.outbox.enqueue(
            contact(f"{run} trace plan:{','.join(['unavailable'] * 9)}"),
            dossier=run,
            depends_on=[pivot],
        )
    _lane(place, "C").turn()
    try:
        with place.store.write() as tables:
            row = tables.outbox.get(trace)
            tables.decisions.cancel(row, "marie", "non", (CRM_CONTACT,))
    except WrongState:
        pass
    else:
        raise AssertionError("cancelled after the pivot")
    _drain(place, _lane(place, "C"))


def two_persons(place: Site) -> None:
    """Who says what became of a lost action is not who confirms it."""
    key, row = _sent(place, "D", "commit_then_reset", in_flight_ms=60_000)
    for what in ("replay", "discard"):
        more = ((),) if what == "discard" else ()
        try:
            with place.store.write() as tables:
                getattr(tables.decisions, what)(row, "marie", "essai", *more)
        except WrongState:
            continue
        raise AssertionError(f"{what} of what may have been done")
    try:
        with place.store.write() as tables:
            tables.decisions.propose(row, Choice.RESEND, "marie", "pas vu")
    except WrongState:
        pass
    else:
        raise AssertionError("said not to be there before it could be seen")
    with place.store.write() as tables:
        row = tables.decisions.propose(row, Choice.DONE, "marie", "vu")
    for name in ("marie", "Marie "):
        try:
            with place.store.write() as tables:
                tables.decisions.confirm(row, name, "vu", ())
        except (WrongState, StoreError):
            continue
        raise AssertionError(f"«{name}» decided alone")
    with place.store.write() as tables:
        assert tables.decisions.confirm(row, "paul", "vu", ()) is Status.CONFIRMED
    assert place.double.done_of(key) == 1


def a_decision_is_used_once(place: Site) -> None:
    """What was said of one lost answer says nothing of the next."""
    _, row = _sent(place, "D", "fail_500,commit_then_reset", in_flight_ms=1)
    at = row.not_before
    with place.store.write() as tables:
        row = tables.decisions.propose(row, Choice.RESEND, "marie", "pas vu", at)
        tables.decisions.confirm(row, "paul", "pas vu", ())
    _drain(place, _lane(place, "D"))
    with place.store.read() as tables:
        row = tables.outbox.get(row.key)
    assert row.status is Status.NEEDS_PERSON
    try:
        with place.store.write() as tables:
            tables.decisions.confirm(row, "jeanne", "déjà dit", ())
    except WrongState:
        pass
    else:
        raise AssertionError("an old decision was used again")
    with place.store.write() as tables:
        row = tables.decisions.propose(row, Choice.DONE, "paul", "vu")
        assert tables.decisions.confirm(row, "marie", "vu", ()) is Status.CONFIRMED


def breaker(place: Site) -> None:
    """Five failures in a row, and the others wait without an attempt."""
    lane = _lane(place, "C", destination="sick", port=1, most_attempts=8)
    keys = [_enqueue(place, "ok") for _ in range(8)]
    while lane.turn().did:
        pass
    with place.store.read() as tables:
        rows = [tables.outbox.get(key) for key in keys]
        (sick,) = [b for b in tables.gates.breakers() if b.destination == "sick"]
    assert sick.state == "open", sick
    assert sum(row.attempts for row in rows) == 5, [row.attempts for row in rows]
    _drain(place, _lane(place, "C", clock=later(hours=3)))


def rate(place: Site) -> None:
    """No more per second than the destination says it takes."""
    promise = Promise(delivery=DeliveryClass.READ_BACK, rate=1.0, burst=2)
    with place.store.write() as tables:
        now = tables.leases.now()
        gone = 0
        for _ in range(5):
            gate = tables.gates.ask("slow one", promise, now)
            gone += gate.open
            if gate.open:
                tables.gates.take("slow one", promise, now, probe=False)
        assert gone == 2, gone
        soon = tables.gates.ask("slow one", promise, now + timedelta(seconds=1.1))
        assert soon.open


def waits_asked_for(place: Site) -> None:
    """A wait that is asked for is kept, one hour at most; an absurd one is not."""
    row = _row(place)
    for asked, least, most in ((120.0, 120, 121), (1e9, 3600, 3601), (-5.0, 0, 1)):
        answer = Answer(outcome=Outcome.NOT_SENT, retry_after=asked)
        verdict = after_sending(row, answer, _terms("C"), row.created_at, probe=False)
        wait = (verdict.not_before - row.created_at).total_seconds()
        assert least <= wait <= most, (asked, wait)


def old_keys(place: Site) -> None:
    """A key that the other side may have forgotten is not trusted."""
    row = replace(_row(place), doubt=True)
    terms = _terms("A", key_retention=timedelta(hours=24))
    row = replace(row, first_sent_at=row.created_at)
    assert next_step(row, terms, row.created_at + timedelta(hours=11)) is Step.SEND
    late = row.created_at + timedelta(hours=13)
    assert next_step(row, terms, late) is Step.FIND
    assert next_step(row, replace(terms, can_find=False), late) is None


def blind(place: Site) -> None:
    """Nothing blind is sent again alone, even when it is not to be found."""
    key = _enqueue(place, "fail_500")
    destination = DoubleLogger(port=place.port, delivery="D", in_flight_ms=1)
    name = _name("blind")
    _drain(place, lane_of(place.store, destination, most_attempts=3, name=name))
    with place.store.read() as tables:
        row = tables.outbox.get(key)
    assert row.status is Status.NEEDS_PERSON, row.status
    assert place.double.done_of(key) == 0


def restored(place: Site) -> None:
    """A store that was restored sends nothing before it is compared."""
    path = place.folder / "miroir.db"
    mark = Mark(place.folder / "restored.mark", _chain(place))
    lane = _lane(place, "C", mark=mark)
    key = _enqueue(place, "ok")
    place.store.close()
    backup = Path(shutil.copy(path, place.folder / "backup.db"))
    _drain(place, lane)
    assert place.double.done_of(key) == 1
    place.store.close()
    for old in place.folder.glob("miroir.db*"):
        old.unlink()
    shutil.move(backup, path)
    again = Mark(place.folder / "restored.mark", _chain(place))
    assert hold_if_restored(place.store, again), "the restore was not seen"
    assert not _lane(place, "C").turn().did, "sent while it was held"
    with place.store.write() as tables:
        moment = tables.leases.now()
        tables.decisions.lift("marie", "comparé", {CRM_CONTACT: moment})
    _drain(place, _lane(place, "C"))
    assert place.double.done_of(key) == 1
    with place.store.read() as tables:
        assert tables.outbox.get(key).status is Status.CONFIRMED


def sealed(place: Site) -> None:
    """What is to be sent cannot be read in the store; a NIR never enters."""
    run = _name("sealed")
    with place.store.write() as tables:
        key = tables.outbox.enqueue(contact(f"{run} Camille MARTIN"), dossier=run)
        query = select(outbox.c.payload).where(outbox.c.key == key)
        stored = tables._connection.execute(query).scalar_one()
    assert b"MARTIN" not in stored
    try:
        with place.store.write() as tables:
            tables.outbox.enqueue(contact("1 85 05 78 006 084 36"), dossier=run)
    except PersonalNumberInAction:
        pass
    else:
        raise AssertionError("a NIR entered")
    _drain(place, _lane(place, "C"))


def append_only(place: Site) -> None:
    """What was attempted is never rewritten."""
    _sent(place, "C", "ok")
    for verb in ("UPDATE attempt SET outcome = 'confirmed'", "DELETE FROM attempt"):
        try:
            with place.store.write() as tables:
                tables._connection.execute(text(verb))
        except StoreError:
            continue
        raise AssertionError(verb)


def pivot_first(place: Site) -> None:
    """In a saga the change of adhesion goes first, the rest after it."""
    run = _name("first")
    with place.store.write() as tables:
        keys = tables.outbox.enqueue_all((contact(run), update()), dossier=run)
        rows = [tables.outbox.get(key) for key in keys]
        assert [row.kind for row in rows] == [ADHESION_UPDATE, CRM_CONTACT]
        assert [each.key for each in tables.outbox.needs(rows[1])] == [keys[0]]
        tables.decisions.cancel(rows[0], "marie", "essai", ())
        assert tables.outbox.get(keys[1]).status is Status.CANCELLED


PROBES: Mapping[str, Callable[[Site], None]] = {
    probe.__name__: probe
    for probe in (
        same_intent_once,
        decision_undone,
        sealed,
        lost_answers,
        two_are_there,
        not_sent,
        refused,
        blind,
        zombie,
        slow_starter,
        one_claim,
        in_order,
        after_what_it_needs,
        only_forward,
        two_persons,
        a_decision_is_used_once,
        breaker,
        rate,
        waits_asked_for,
        old_keys,
        append_only,
        pivot_first,
        search_is_down,
        slow_search,
        late_effects,
        killed_at,
        restored,
    )
}
"""The quickest first; the last one leaves an older store behind."""


def _sent(
    place: Site, delivery: str, plan: str, **settings: int
) -> tuple[str, StoredAction]:
    key = _enqueue(place, plan)
    _drain(place, _lane(place, delivery, settings=settings))
    with place.store.read() as tables:
        return key, tables.outbox.get(key)


def _enqueue(place: Site, plan: str) -> str:
    run = _name("one")
    with place.store.write() as tables:
        return tables.outbox.enqueue(contact(f"{run} plan:{plan}"), dossier=run)


def _lane(
    place: Site,
    delivery: str,
    *,
    clock: Clock = database_clock,
    mark: Mark | None = None,
    destination: str = "",
    most_attempts: int = 3,
    port: int = 0,
    settings: Mapping[str, int] | None = None,
) -> Lane:
    kind = BlindLogger if delivery == "D" else DoubleLogger
    made = kind(port=port or place.port, delivery=delivery, **(settings or {}))
    return lane_of(
        place.store,
        made,
        clock=clock,
        mark=mark,
        most_attempts=most_attempts,
        # Its own breaker: what one probe breaks is no other's.
        name=destination or _name("there"),
    )


def _drain(place: Site, lane: Lane, seconds: float = 20) -> None:
    """Until nothing goes without a person; what is never done is a failure."""
    import time

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if lane.turn().did:
            continue
        with place.store.read() as tables:
            if not tables.claims.busy([CRM_CONTACT]):
                return
        time.sleep(0.01)
    raise AssertionError(f"still at work after {seconds} s")


def _claimed(tables: Tables) -> StoredAction:
    now = tables.leases.now()
    row = tables.claims.claim(
        CRM_CONTACT, "worker", now, now + timedelta(seconds=30), "there"
    )
    assert row is not None
    return row


def _terms(delivery: str, **promise: timedelta) -> Terms:
    made = Promise(delivery=DeliveryClass(delivery), **promise)  # type: ignore[arg-type]
    return Terms(promise=made, can_find=True, first_wait=timedelta(milliseconds=1))


def _row(place: Site) -> StoredAction:
    key, row = _sent(place, "C", "ok")
    assert row.key == key
    return replace(row, status=Status.IN_FLIGHT, first_sent_at=None)


def _payload() -> str:
    from miroir.outbox.payload import dump

    return dump(contact("late")).decode()


def _chain(place: Site) -> str:
    with place.store.read() as tables:
        return tables.journal.chain()


def _name(what: str) -> str:
    return f"{what}-{next(_runs)}"

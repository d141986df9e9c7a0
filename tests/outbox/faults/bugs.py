"""Deliberate faults, each of which one probe at least must catch.

A check that cannot fail proves nothing: these show that each can.
"""

from __future__ import annotations

import secrets
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from types import FrameType, FunctionType
from typing import Any

import sqlalchemy
from miroir.operations.outbox import lane, mark
from miroir.outbox import outcome, policy, serving
from miroir.outbox.model import Answer, Outcome, Status, Step
from miroir.outbox.policy import Verdict
from miroir.privacy import Keys
from miroir.store.outbox import actions, claims, decisions, gates, moves, order
from miroir.store.outbox.tables import outbox
from miroir.store.trace.journal import Journal
from miroir.types.delivery import DeliveryClass, Promise, Receipt

from tests.outbox.double.running import running
from tests.outbox.faults.forking import in_child
from tests.outbox.faults.probes import PROBES
from tests.outbox.faults.site import Site, site

Bug = Callable[[Site], None]
_LONGEST = 240


def the_fence_is_dropped(place: Site) -> None:
    real = claims.Claims.settle

    def settle(self: Any, row: Any, *rest: Any, **more: Any) -> Any:
        stored = self._moves.get(row.key)
        return real(self, replace(row, fence=stored.fence), *rest, **more)

    _plant(claims.Claims, "settle", settle)
    _plant(claims, "_may_settle", lambda stored, answer: True)
    _plant(claims.Claims, "_ended", lambda self, row: False)


def a_claim_never_ends(place: Site) -> None:
    real = claims.Claims.start

    def start(self: Any, row: Any, step: Any, now: Any, until: Any) -> None:
        real(self, row, step, now - timedelta(days=1), until)

    _plant(claims.Claims, "start", start)


def nobody_looks_back(place: Site) -> None:
    def send(row: Any, terms: Any, now: Any) -> Step:
        return Step.SEND

    for module in (policy, lane):
        _plant(module, "next_step", send)


def no_quarantine(place: Site) -> None:
    _plant(Promise, "quarantine", property(lambda self: timedelta(0)))


def the_lag_is_forgotten(place: Site) -> None:
    own = property(lambda self: 2 * self.max_in_flight)
    _plant(Promise, "quarantine", own)


def the_start_is_not_noted(place: Site) -> None:
    real = claims.Claims._attempt

    def attempt(self: Any, row: Any, step: Any, now: Any, *rest: Any) -> None:
        if rest:
            real(self, row, step, now, *rest)

    _plant(claims.Claims, "_attempt", attempt)


def what_had_begun_counts_as_not_begun(place: Site) -> None:
    _plant(claims.Claims, "begun", lambda self, row: None)


def lost_is_taken_for_not_sent(place: Site) -> None:
    _outcome_is(Outcome.UNKNOWN, Outcome.NOT_SENT)


def lost_is_taken_for_done(place: Site) -> None:
    def send(destination: Any, action: Any, intent: Any) -> Answer:
        try:
            receipt = destination.send(action, intent)
        except Exception:  # noqa: BLE001
            receipt = Receipt(id="surely")
        return Answer(outcome=Outcome.CONFIRMED, receipt=receipt)

    _plant(serving, "_send", send)


def refused_is_tried_again(place: Site) -> None:
    _outcome_is(Outcome.REFUSED, Outcome.NOT_SENT)


def not_sent_is_given_up(place: Site) -> None:
    _outcome_is(Outcome.NOT_SENT, Outcome.REFUSED)


def blind_is_sent_again(place: Site) -> None:
    real = policy.next_step

    def step(row: Any, terms: Any, now: Any) -> Step | None:
        return real(row, terms, now) or Step.SEND

    for module in (policy, lane):
        _plant(module, "next_step", step)


def blind_and_absent_is_sent_again(place: Site) -> None:
    real = policy._absent

    def absent(row: Any, terms: Any, now: Any) -> Verdict:
        promise = replace(terms.promise, delivery=DeliveryClass.READ_BACK)
        return real(row, replace(terms, promise=promise), now)

    _plant(policy, "_absent", absent)


def the_first_of_two_will_do(place: Site) -> None:
    def found(receipts: Any) -> Answer:
        if not receipts:
            return Answer(outcome=Outcome.ABSENT)
        return Answer(outcome=Outcome.CONFIRMED, receipt=receipts[0])

    _plant(serving, "found", found)


def not_to_be_looked_for_is_absent(place: Site) -> None:
    real = policy.after_looking

    def after(row: Any, answer: Any, *rest: Any, **more: Any) -> Verdict:
        if answer.outcome is Outcome.NOT_SENT:
            answer = replace(answer, outcome=Outcome.ABSENT)
        return real(row, answer, *rest, **more)

    for module in (policy, lane):
        _plant(module, "after_looking", after)


def each_attempt_has_its_key(place: Site) -> None:
    real = serving.Call.params

    def params(self: Any) -> Any:
        key = f"{self.intent.attempt:04}{self.intent.key[4:]}"
        return {**real(self), "key": key}

    _plant(serving.Call, "params", params)


def old_keys_are_trusted(place: Site) -> None:
    real = policy.next_step

    def step(row: Any, terms: Any, now: Any) -> Step | None:
        if terms.promise.delivery is DeliveryClass.KEYED:
            return Step.SEND
        return real(row, terms, now)

    from tests.outbox.faults import probes

    for module in (policy, lane, probes):
        _plant(module, "next_step", step)


def an_intent_is_never_the_same(place: Site) -> None:
    real = Keys.digest

    def digest(self: Keys, purpose: str, *parts: str | bytes) -> str:
        if purpose == "outbox.intent":
            return secrets.token_hex(32)
        return real(self, purpose, *parts)

    _plant(Keys, "digest", digest)


def it_is_committed_too_early(place: Site) -> None:
    real = actions.Outbox.enqueue

    def enqueue(self: Any, *given: Any, **more: Any) -> str:
        key = real(self, *given, **more)
        self._connection.exec_driver_sql("COMMIT")
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        return key

    _plant(actions.Outbox, "enqueue", enqueue)


def changes_are_not_told(place: Site) -> None:
    _plant(moves.Moves, "note", lambda self, *given: None)


def the_journal_is_not_written(place: Site) -> None:
    real = Journal.append

    def append(self: Any, entry: Any, *rest: Any) -> None:
        if entry.act != "action.confirmed":
            real(self, entry, *rest)

    _plant(Journal, "append", append)


def order_is_forgotten(place: Site) -> None:
    _plant(claims, "MAY_GO", ~order._lacks(outbox, outbox.alias("needed")))


def what_is_needed_is_forgotten(place: Site) -> None:
    _plant(claims, "MAY_GO", sqlalchemy.true())


def a_claim_is_not_kept(place: Site) -> None:
    def claim(self: Any, kind: str, owner: str, now: Any, until: Any, to: str) -> Any:
        found = self._next(kind, now)
        return found and replace(found, fence=found.fence + 1)

    _plant(claims.Claims, "claim", claim)


def two_of_a_dossier_may_go(place: Site) -> None:
    _sql(place, "DROP INDEX uq_outbox_dossier_under_way")


def attempts_may_be_rewritten(place: Site) -> None:
    _sql(place, "DROP TRIGGER attempt_no_update")


def the_breaker_never_opens(place: Site) -> None:
    _plant(gates, "MOST_IN_A_ROW", 10**9)
    _plant(gates, "WINDOW", 10**9)


def nobody_asks_the_breaker(place: Site) -> None:
    def ask(self: Any, destination: str, promise: Any, now: Any) -> gates.Gate:
        self._tokens(destination, promise, now)
        return gates.Gate(open=True)

    _plant(gates.Gates, "ask", ask)


def nobody_counts_the_rate(place: Site) -> None:
    _plant(gates.Gates, "_tokens", lambda self, *given: 10**9)


def it_never_tires(place: Site) -> None:
    _plant(policy, "_tired", lambda row, terms: False)


def any_wait_is_kept(place: Site) -> None:
    _plant(policy, "LONGEST_WAIT", timedelta(days=30))


def one_person_is_enough(place: Site) -> None:
    real = decisions.Decisions.confirm

    def confirm(self: Any, row: Any, *rest: Any, **more: Any) -> Any:
        return real(self, replace(row, proposed_by="?"), *rest, **more)

    _plant(decisions.Decisions, "confirm", confirm)


def an_old_decision_stays(place: Site) -> None:
    real = moves.Moves.move

    def move(self: Any, row: Any, *given: Any, **more: Any) -> None:
        real(self, row, *given, **more)
        kept = {"proposed": row.proposed, "proposed_by": row.proposed_by}
        same = outbox.c.id == row.id
        self._connection.execute(sqlalchemy.update(outbox).where(same).values(kept))

    _plant(moves.Moves, "move", move)


def doubt_is_no_matter(place: Site) -> None:
    sure = decisions.Decisions
    _plant(sure, "_require_sure", lambda self, row: None)


def one_may_go_back(place: Site) -> None:
    _plant(decisions.Decisions, "_past", lambda *given: False)


def what_waits_is_left_waiting(place: Site) -> None:
    def cancel(self: Any, row: Any, by: str, why: str) -> Iterator[Any]:
        self._move(row, Status.CANCELLED, by, why, doubt=False)
        yield row

    _plant(decisions.Decisions, "_cancel_all", cancel)


def a_hold_holds_nothing(place: Site) -> None:
    _plant(claims, "exists", lambda query: sqlalchemy.false())


def a_restore_is_not_seen(place: Site) -> None:
    _plant(mark.Mark, "ahead_of", lambda self, last: False)


def a_restored_store_is_believed(place: Site) -> None:
    real = decisions.Decisions.hold

    def hold(self: Any, by: str, why: str) -> int:
        doubtful = real(self, by, why)
        self._connection.execute(sqlalchemy.update(outbox).values(doubt=False))
        return doubtful

    _plant(decisions.Decisions, "hold", hold)


def nothing_is_sealed(place: Site) -> None:
    _plant(moves.Moves, "seal", lambda self, key, part, clear: clear)
    _plant(moves.Moves, "unseal", lambda self, key, part, clear: clear)


def a_nir_may_enter(place: Site) -> None:
    _plant(actions, "refuse_personal_numbers", lambda action: None)


def a_sleeper_sends_all_the_same(place: Site) -> None:
    _plant(serving, "monotonic", lambda: 0.0)


def the_mail_goes_first(place: Site) -> None:
    _plant(actions, "_SAGA", actions._SAGA[::-1])


def receipts_are_lost(place: Site) -> None:
    real = claims.Claims.settle

    def settle(self: Any, row: Any, answer: Any, *rest: Any, **more: Any) -> Any:
        return real(self, row, replace(answer, receipt=None), *rest, **more)

    _plant(claims.Claims, "settle", settle)


BUGS: Mapping[str, Bug] = {
    name: made
    for name, made in list(globals().items())
    if isinstance(made, FunctionType) and made.__module__ == __name__
}


def caught_by(name: str) -> str:
    """The first probe that catches a bug; empty when none does."""
    with running() as double, site("sqlite", double.port) as place:

        def look() -> str:
            signal.signal(signal.SIGALRM, _too_long)
            signal.alarm(_LONGEST)
            BUGS[name](place)
            for probe, run in PROBES.items():
                place.double.set(every="ok", plan=[], late_seconds=0.05, lag_seconds=0)
                try:
                    run(place)
                except Exception:  # noqa: BLE001
                    return probe
            return ""

        found = in_child(look).value_of(name)
    assert isinstance(found, str)
    return found


def _plant(owner: object, name: str, value: object) -> None:
    assert hasattr(owner, name), name
    setattr(owner, name, value)


def _too_long(number: int, frame: FrameType | None) -> None:
    raise AssertionError(f"not done in {_LONGEST} s")


def _outcome_is(real: Outcome, planted: Outcome) -> None:
    judge = outcome.refused_by

    def judged(error: Exception) -> Answer:
        answer = judge(error)
        return replace(answer, outcome=planted) if answer.outcome is real else answer

    _plant(serving, "refused_by", judged)


def _sql(place: Site, statement: str) -> None:
    # Miroir's own connections refuse to take a guard away.
    with closing(sqlite3.connect(place.folder / "miroir.db")) as connection:
        connection.execute(statement)
    place.store.close()

"""What each answer leads to, by what the destination promises.

The one question is whether an earlier attempt may have had its effect: the
`doubt` of an action. While there is one, nothing is sent again unless the
other side makes it harmless (classes A and B), or we looked and it is absent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from miroir.outbox.model import Answer, Outcome, Status, Step, StoredAction
from miroir.schedule.dues import backoff
from miroir.types.delivery import DeliveryClass, Promise

MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)
_FIRST_WAIT = timedelta(seconds=30)
_NOT_ANSWERED = Answer(outcome=Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A destination as the worker acts by it.

    `can_find`: it can look for what an earlier attempt made. `first_wait`: after
    the first failure; doubled at each further one.
    """

    promise: Promise
    can_find: bool
    first_wait: timedelta = _FIRST_WAIT
    most_attempts: int = MOST_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where an action goes. `failed`: this attempt counts as one that failed."""

    status: Status
    doubt: bool
    not_before: datetime
    failed: bool = False


def next_step(row: StoredAction, terms: Terms, now: datetime) -> Step | None:
    """What to do with an action that was claimed; None: ask a person."""
    if not row.doubt:
        return Step.SEND
    delivery = terms.promise.delivery
    if delivery is DeliveryClass.NATURAL_ID:
        return Step.SEND
    if delivery is DeliveryClass.KEYED:
        # Half of it, since their clock starts when they please.
        age = now - (row.first_sent_at or row.created_at)
        if age < terms.promise.key_retention / 2:
            return Step.SEND
    return Step.FIND if terms.can_find else None


def after_sending(
    row: StoredAction, answer: Answer, terms: Terms, now: datetime, *, probe: bool
) -> Verdict:
    """Where the answer to a sending leads."""
    if answer.outcome is Outcome.CONFIRMED:
        return Verdict(status=Status.CONFIRMED, doubt=False, not_before=now)
    if answer.outcome is Outcome.REFUSED and (answer.absent or not row.doubt):
        return Verdict(status=Status.REFUSED, doubt=False, not_before=now, failed=True)
    if answer.outcome is Outcome.NOT_SENT:
        return _again(row, answer, terms, now, probe=probe)
    if answer.outcome is Outcome.UNKNOWN:
        return _lost(row, terms, now)
    # It asked for a person; or it refused what an earlier attempt may have done.
    return Verdict(status=Status.NEEDS_PERSON, doubt=row.doubt, not_before=now)


def after_looking(
    row: StoredAction, answer: Answer, terms: Terms, now: datetime, *, probe: bool
) -> Verdict:
    """Where looking for an earlier effect leads."""
    if answer.outcome is Outcome.CONFIRMED:
        return Verdict(status=Status.CONFIRMED, doubt=False, not_before=now)
    if answer.outcome is Outcome.ABSENT:
        return _absent(row, terms, now)
    if answer.outcome in (Outcome.SEVERAL, Outcome.NEEDS_PERSON, Outcome.REFUSED):
        return Verdict(status=Status.NEEDS_PERSON, doubt=True, not_before=now)
    return _again(row, answer, terms, now, probe=probe)


def after_lease(
    row: StoredAction, step: Step | None, terms: Terms, now: datetime
) -> Verdict:
    """What a worker that died, or slept too long, leaves. `step`: what it began."""
    if step is Step.SEND:
        return _lost(row, terms, now)
    if step is Step.FIND:
        return _again(row, _NOT_ANSWERED, terms, now, probe=False)
    status = Status.UNKNOWN if row.doubt else Status.PENDING
    return Verdict(status=status, doubt=row.doubt, not_before=now)


def wait_asked(seconds: float | None) -> timedelta | None:
    """How long the other side asked to wait, if that makes sense; 1 h at most."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return min(timedelta(seconds=min(seconds, 1e6)), LONGEST_WAIT)


def _lost(row: StoredAction, terms: Terms, now: datetime) -> Verdict:
    step = next_step(replace(row, doubt=True), terms, now)
    wait = terms.promise.quarantine
    if step is None or _tired(row, terms):
        # Who looks before then may miss what is still being done.
        return Verdict(status=Status.NEEDS_PERSON, doubt=True, not_before=now + wait)
    if step is Step.SEND:
        wait = backoff(row.attempts + 1, terms.first_wait, LONGEST_WAIT)
    return Verdict(
        status=Status.UNKNOWN, doubt=True, not_before=now + wait, failed=True
    )


def _again(
    row: StoredAction, answer: Answer, terms: Terms, now: datetime, *, probe: bool
) -> Verdict:
    """Nothing was done: wait, then do it again; a probe counts for nothing."""
    if _tired(row, terms) and not probe:
        status = Status.NEEDS_PERSON if row.doubt else Status.DEAD
        return Verdict(status=status, doubt=row.doubt, not_before=now, failed=True)
    wait = backoff(row.attempts + 1, terms.first_wait, LONGEST_WAIT)
    wait = max(wait_asked(answer.retry_after) or timedelta(0), wait)
    return Verdict(
        status=Status.UNKNOWN if row.doubt else Status.PENDING,
        doubt=row.doubt,
        not_before=now + wait,
        failed=not probe,
    )


def _absent(row: StoredAction, terms: Terms, now: datetime) -> Verdict:
    if terms.promise.delivery is DeliveryClass.BLIND:
        # Not to be found proves little there: it is never sent again alone.
        return Verdict(status=Status.NEEDS_PERSON, doubt=True, not_before=now)
    if row.attempts >= terms.most_attempts:
        return Verdict(status=Status.DEAD, doubt=False, not_before=now)
    return Verdict(status=Status.PENDING, doubt=False, not_before=now)


def _tired(row: StoredAction, terms: Terms) -> bool:
    return row.attempts + 1 >= terms.most_attempts

"""An action in the outbox: where it stands, and what one attempt gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from miroir.types.delivery import Receipt

ROBOT = "Miroir"
"""Who acts when nobody does."""


class Status(StrEnum):
    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    """A worker has it, under a lease and a number."""
    UNKNOWN = "unknown"
    """An answer was lost: it may have been carried out, or not."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """The other side said no."""
    NEEDS_PERSON = "needs_person"
    """Only a person can say what is true, or what to do."""
    DEAD = "dead"
    """It could not be sent, time after time; it surely was not carried out."""
    CANCELLED = "cancelled"


ACTIVE = (Status.PENDING, Status.IN_FLIGHT, Status.UNKNOWN)
STUCK = (Status.REFUSED, Status.NEEDS_PERSON, Status.DEAD)
"""What stays there until a person does something."""


class Step(StrEnum):
    SEND = "send"
    FIND = "find"
    """Looking for what an earlier attempt may have made."""


class Outcome(StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"
    ABSENT = "absent"
    """Looked for, and not there."""
    SEVERAL = "several"
    """Looked for, and there more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one attempt gave.

    `code` names the error or is the other side's word for it; `reason` is its
    message, masked. `retry_after`: seconds that the other side asked for.
    `absent`: it was looked for after the refusal, and is not there.
    """

    outcome: Outcome
    receipt: Receipt | None = None
    code: str = ""
    reason: str = ""
    retry_after: float | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAction:
    """A row of the outbox, its payload left sealed.

    `doubt`: an earlier attempt may have carried it out. `attempts` counts those
    that failed. `fence` goes up at each claim. `dossier` names what is
    treated in order, one action at a time.
    """

    id: int
    key: str
    kind: str
    siren: str
    dossier: str
    status: Status
    doubt: bool
    attempts: int
    fence: int
    not_before: datetime
    lease_owner: str
    lease_until: datetime | None
    first_sent_at: datetime | None
    destination: str
    code: str
    reason: str
    proposed: str
    proposed_by: str
    created_at: datetime
    ended_at: datetime | None
    receipt: Receipt | None = field(default=None, repr=False)


class Hold(NamedTuple):
    """Nothing is sent since then: the store may know less than was done."""

    since: datetime
    by: str
    reason: str


class Choice(StrEnum):
    """What became of an action whose answer was lost, as two persons say."""

    DONE = "done"
    RESEND = "resend"
    """It was not done: send it again."""
    ABANDON = "abandon"
    """It was not done, and is not to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One line of the attempts of an action: a start, or an end."""

    fence: int
    step: Step
    ended: bool
    at: datetime
    owner: str
    outcome: str
    code: str
    milliseconds: int

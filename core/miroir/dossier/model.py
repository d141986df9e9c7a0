"""What a dossier holds. Amounts are cents; persons are pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from miroir.correction.due_dates import LATE, Calendar
from miroir.dossier.states import (
    CommitmentState,
    GapState,
    HypothesisState,
    Outcome,
    QuestionState,
    State,
)
from miroir.types.amounts import Cents
from miroir.types.period import Month


class Channel(StrEnum):
    """How a company reached an adviser."""

    CAMPAIGN = "campaign"
    BASKET = "basket"
    CALL = "call"
    CALLBACK = "callback"
    MAIL = "mail"
    ADVISER = "adviser"

    @property
    def client(self) -> bool:
        """The company asks something, and is to be answered."""
        return self in (Channel.CALL, Channel.CALLBACK, Channel.MAIL)


CHANNELS = {
    Channel.CAMPAIGN: "campagne",
    Channel.BASKET: "corbeille",
    Channel.CALL: "appel du client",
    Channel.CALLBACK: "demande de rappel",
    Channel.MAIL: "courriel du client",
    Channel.ADVISER: "ouvert par un conseiller",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The case of one company; there is one for each SIREN, reopened if need be.

    `claimed_by` works on it until `claimed_until`. `handled_by`: another body
    (Urssaf, MSA) treats the same anomaly, until `handled_until` or further
    notice. `due_day`, 5 or 15, and `territory` tell when its DSN are due, as far
    as its declarations say; 0 until they do.
    """

    id: int
    siren: str
    state: State
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    adviser: str = ""
    claimed_by: str = ""
    claimed_until: datetime | None = None
    handled_by: str = ""
    handled_until: date | None = None
    due_day: int = 0
    territory: str = ""

    @property
    def calendar(self) -> Calendar:
        """When the company's DSN are due, and which days are worked there."""
        return Calendar(day=self.due_day or LATE, territory=self.territory)

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What brought the company here. `key` is its identity: never taken twice.

    `reference`: the number that its tool gave it, or the id of the CRM.
    `memory`: everything in it was explained before; no work was opened.
    """

    key: str
    channel: Channel
    at: datetime
    siren: str
    campaign: str = ""
    siret: str = ""
    period: Month | None = None
    declared: Cents | None = None
    calculated: Cents | None = None
    adviser: str = ""
    subject: str = ""
    reference: str = ""
    memory: bool = False


class EventKind(StrEnum):
    """What an entry of the thread tells."""

    OPENED = "opened"
    SIGNAL = "signal"
    MOVED = "moved"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    NOTE = "note"
    CALL = "call"
    HYPOTHESIS = "hypothesis"
    QUESTION = "question"
    COMMITMENT = "commitment"
    ANALYSIS = "analysis"
    REMINDER = "reminder"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the thread, in French, never changed afterwards."""

    rank: int
    at: datetime
    actor: str
    kind: EventKind
    text: str


class GapKind(StrEnum):
    EMPLOYEE = "employee"
    PAYMENT = "payment"


class GapRef(NamedTuple):
    """What a gap is about: person (or institution), establishment, month.

    A contract is no part of it: a correction may come under another number.
    """

    kind: GapKind
    siret: str
    subject: str
    period: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedGap:
    """A gap followed from one DSN to the next; `first` is what it was at first."""

    ref: GapRef
    first: Cents
    amount: Cents
    state: GapState
    since: datetime
    changed_at: datetime
    corrected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A cause that may explain gaps, and what was decided of it."""

    cause: str
    label: str
    state: HypothesisState
    origin: str
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to the client, or of the client; open, it blocks closing."""

    id: int
    text: str
    from_client: bool
    state: QuestionState
    asked_at: datetime
    asked_by: str
    cause: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What the client promised to correct, by when, measured on later DSN.

    `first_due_on` is the date first agreed. `gaps`: what is to be corrected.
    """

    id: int
    what: str
    due_on: date
    first_due_on: date
    state: CommitmentState
    made_at: datetime
    made_by: str
    with_whom: str
    gaps: tuple[GapRef, ...] = ()
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStep:
    """One step of a campaign and the day it falls."""

    name: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign of fiabilisation. `exercice` is a year; `selection` in words."""

    name: str
    exercice: int | None = None
    selection: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    steps: tuple[CampaignStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call, with its answers by field of the guided form."""

    id: int
    at: datetime
    by: str
    incoming: bool
    reached: bool
    interlocutor: str
    answers: Mapping[str, str] = field(repr=False)

"""What goes out, and what the other side lets us know about it.

Nothing is sent from business code: an action is first written in the outbox,
in the commit of the decision behind it; a worker sends it from there, through
the destination of its kind. What a destination promises (`Promise`) decides
what may be done when its answer is lost.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar


class DeliveryClass(StrEnum):
    """What the other side offers against losing an answer or doing it twice."""

    KEYED = "A"
    """It knows an idempotency key: the same key twice has one effect."""
    NATURAL_ID = "B"
    """The request names what it makes, or the version that it changes."""
    READ_BACK = "C"
    """What was made can be looked for by our reference, within known bounds."""
    BLIND = "D"
    """Nothing: a lost answer is for a person, and is never sent again alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a destination declares of itself; the core acts by it.

    `deadline`: one attempt never lasts longer. `max_in_flight`: how long the
    other side may still work on a request whose caller is gone. `lag`: how long
    until what it did can be found. `key_retention`: how long it remembers an
    idempotency key (class A). `rate` and `burst` bound what is sent, per second
    and at once. `max_pending`: how much may wait before syncs pause. `pivot`:
    once done, what depends on it only goes forward.
    """

    delivery: DeliveryClass
    deadline: timedelta = timedelta(seconds=30)
    max_in_flight: timedelta = timedelta(minutes=2)
    lag: timedelta = timedelta(0)
    key_retention: timedelta = timedelta(0)
    rate: float = 5.0
    burst: int = 10
    max_pending: int = 5_000
    pivot: bool = False

    @property
    def quarantine(self) -> timedelta:
        """How long to wait before looking whether a lost request was done.

        Twice the two bounds: a caller that is killed does not stop the server,
        and looking too early, not finding, and sending again does it twice.
        """
        return 2 * (self.max_in_flight + self.lag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One recorded intention: the same for every attempt to carry it out.

    `key` is at most 64 characters of [0-9a-f] and holds nothing personal:
    it is the idempotency key, and the external reference to write in what is
    made. `attempt` counts from 1.
    """

    key: str
    siren: str
    attempt: int = 1

    @property
    def reference(self) -> str:
        """The key, short enough for a field that a person reads."""
        return f"MIROIR-{self.key[:24].upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the other side answered: its id, its version of what was made.

    `facts` holds short facts worth keeping: the number of a file, the state of
    each recipient. Nothing secret, nothing personal.
    """

    id: str
    version: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


P = TypeVar("P")


class Destination(ABC, Generic[P]):
    """One outside system that takes one kind of action.

    A destination is a frozen dataclass: its fields are the keys that its table
    `[destinations.<name>]` accepts in the configuration. It runs in a process
    of its own, and keeps nothing between two calls.
    """

    kind: ClassVar[str]

    @property
    @abstractmethod
    def promise(self) -> Promise:
        """What this destination declares, with these settings.

        A class attribute will do when it is always the same.
        """

    @abstractmethod
    def send(self, action: P, intent: Intent) -> Receipt:
        """Do it once, and return what the other side answered.

        Raises:
            ActionNotSent: it surely was not done; it will be tried again.
            ActionRefused: the other side said no; a person decides.
            PreconditionFailed: what it changes has changed meanwhile.
            NeedsPerson: nothing was sent, and only a person can choose.
            OutcomeUnknown: it may or may not have been done. Anything else
                that is raised, and the death of the process, mean the same.
        """

    def find(self, action: P, intent: Intent) -> Sequence[Receipt]:
        """Look for what an earlier attempt of this intent made.

        After a lost answer: of class C, and of class A once half of its
        `key_retention` is over. None found: it was not done. Two: a person decides. Raises ActionNotSent
        when it cannot look now.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot look back")

    def check(self) -> None:
        """Raise DestinationError when it cannot be used (`miroir doctor`).

        Reaches it and logs in; writes nothing.
        """


D_co = TypeVar("D_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class DestinationConnector(Generic[D_co]):
    """What the hooks of destinations return: a name and the class behind it.

    The configuration names it: `[destinations.crm]`, `connector = "<name>"`.
    """

    name: str
    destination: type[D_co]
    summary: str = ""

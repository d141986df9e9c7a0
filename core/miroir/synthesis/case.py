"""One company's case as a document tells it: figures, points, what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from miroir.stakes.model import Stakes
from miroir.synthesis.wording import Level
from miroir.types.amounts import Cents
from miroir.types.declaration import Evidence, Sender
from miroir.types.diagnosis import Cause, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


class Side(StrEnum):
    """Who has something to do."""

    CLIENT = "client"
    TOGETHER = "together"
    """The company is asked something before anything is changed."""
    OURS = "ours"
    NOBODY = "nobody"


class Situation(StrEnum):
    """The whole case in one word; it decides what a document says first."""

    TO_CORRECT = "to_correct"
    TO_CLARIFY = "to_clarify"
    OURS = "ours"
    LEGITIMATE = "legitimate"
    NO_GAP = "no_gap"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """S20.G00.07, a contact of the company. Shown only where names may be."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    mail: str = field(repr=False)
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """One month, all its compared employees added. Amounts in cents.

    `gap` adds the gaps beyond the tolerance, of `employees` people.
    """

    period: Month
    declared: Cents
    due: Cents
    gap: Cents
    employees: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How gaps of one employee and month are spread, in cents, signs kept."""

    least: Cents
    median: Cents
    most: Cents
    lines: int

    @property
    def even(self) -> bool:
        """Everybody has the same gap, roundings apart."""
        return self.most - self.least <= 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The gaps of the company. `missing` and `excess` are never negative."""

    months: tuple[MonthFigures, ...]
    employees: int
    with_gap: int
    missing: Cents
    excess: Cents
    by_code: tuple[tuple[str, Cents], ...]
    spread: Spread | None

    @property
    def balance(self) -> Cents:
        """Declared minus due, over the lines with a gap."""
        return self.excess - self.missing

    @property
    def wrong_months(self) -> tuple[MonthFigures, ...]:
        return tuple(month for month in self.months if month.employees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One employee with a heavy gap; `who` is a pseudonym unless names show."""

    who: str = field(repr=False)
    months: tuple[Month, ...]
    gap: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One cause, and what is said of it. `who`: names, empty without them."""

    cause: Cause
    status: Status
    side: Side
    months: tuple[Month, ...]
    persons: tuple[PersonNumber, ...]
    everybody: bool
    amount: Cents
    payment: bool
    detail: str
    evidence: tuple[Evidence, ...]
    who: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the proposed calendar: a day, and what is done by then."""

    on: date | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that the documents of a company are made of.

    `points` are to be acted upon, `settled` are legitimate, `limits` tell how
    the company was judged. `sender`: who sends the DSN, when it is not the
    company itself. `calendar` holds the days proposed, or agreed;
    `risks` are added to what `stakes` says.
    """

    siren: str
    name: str
    sirets: tuple[str, ...]
    periods: tuple[Month, ...]
    declarations: int
    missing: tuple[tuple[str, Month], ...]
    contacts: tuple[Contact, ...]
    sender: Sender | None
    figures: Figures
    points: tuple[Point, ...]
    settled: tuple[Point, ...]
    limits: tuple[Point, ...]
    examples: tuple[Example, ...]
    situation: Situation
    stakes: Stakes
    on: date
    named: bool = False
    calendar: tuple[Step, ...] = ()
    risks: tuple[str, ...] = ()

    def of(self, *sides: Side) -> tuple[Point, ...]:
        """The points of these sides, in their order."""
        return tuple(point for point in self.points if point.side in sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who a document is for, and what may be shown of persons.

    `name_of` gives a pseudonym. `names`: the reader may see the names of
    employees and of contacts.
    """

    level: Level
    name_of: Callable[[PersonNumber], str]
    names: bool = False


def situation_of(
    points: Sequence[Point], settled: Sequence[Point], figures: Figures, compared: bool
) -> Situation:
    """What comes first: a correction, a question, our own work, nothing."""
    sides = {point.side for point in points}
    if Side.CLIENT in sides:
        return Situation.TO_CORRECT
    if Side.TOGETHER in sides:
        return Situation.TO_CLARIFY
    if Side.OURS in sides:
        return Situation.OURS
    if figures.with_gap:
        return Situation.TO_CLARIFY
    if settled:
        return Situation.LEGITIMATE
    return Situation.NO_GAP if compared else Situation.NOT_COMPARED

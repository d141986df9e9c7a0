"""The correction plan of a company: who acts, what is declared, what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from miroir.correction.due_dates import Calendar, Deposit
from miroir.correction.writing import Line
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.diagnosis import Cause, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


class Verdict(StrEnum):
    """What is asked after one diagnosis."""

    CORRECT = "correct"
    CONFIRM = "confirm"
    """The correction is planned, and the company confirms a fact first."""
    CLIENT_VALUE = "client_value"
    """Only the company can give what is to be declared."""
    ADHESION = "adhesion"
    OURS = "ours"
    NOT_DECIDABLE = "not_decidable"
    NOTHING = "nothing"


class Actor(StrEnum):
    COMPANY = "company"
    ADHESION = "adhesion"
    GPS = "gps"
    REFERENT = "referent"
    ADVISER = "adviser"
    NOBODY = "nobody"


class Mode(StrEnum):
    """The one way in which a declaration corrects."""

    DIFFERENTIAL = "differentiel"
    """In a later DSN: differences, attached to the month of origin."""
    REPLACEMENT = "annule_et_remplace"
    """The month's own DSN again, right (type 03)."""


class How(StrEnum):
    """Where one correction stands in the DSN."""

    AMOUNTS = "78+81"
    CANCELLED = "78+81 (annulation)"
    DAYS = "51+53"
    STATUS = "40+41"
    SCHEME = "71"
    WRONG_SCHEME = "71+72+83"
    WRONG_BASES = "84"
    PAYMENT = "20"
    REPLACED = "remplacement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One change of one declaration, and the exact lines that make it.

    `period` is the month of origin; `person` is None for a payment. `amount`:
    what it adds to 131, 132, 106 and 109 together, in cents. `lines` are the
    rubriques as the fragment holds them; `removed`, those that a month declared
    again no longer holds.
    """

    siret: str
    person: PersonNumber | None
    contract: str
    period: Month
    how: How
    causes: tuple[str, ...]
    amount: Cents
    lines: tuple[Line, ...] = field(repr=False)
    removed: tuple[Line, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class PlannedDeclaration:
    """One DSN to send: a fragment of a later one, or a whole one again.

    `write` gives `content`, a file that `declaration.reader` reads; it names real
    persons.
    """

    siret: str
    fraction: str
    deposit: Deposit
    mode: Mode
    corrections: tuple[Correction, ...]
    write: Callable[[], bytes] = field(repr=False, compare=False)

    @cached_property
    def content(self) -> bytes:
        """Written when it is asked for: it needs every person in full."""
        return self.write()

    @property
    def amount(self) -> Cents:
        return sum(one.amount for one in self.corrections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Values that only the company has. `rubriques`: (rubrique, what it is)."""

    periods: tuple[Month, ...]
    rubriques: tuple[Line, ...]
    persons: tuple[PersonNumber, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What follows from one diagnosis. `why` is in French; `detail` is that of
    the finding, where it is what has to be confirmed."""

    rank: int
    cause: Cause
    status: Status
    verdict: Verdict
    actor: Actor
    periods: tuple[Month, ...]
    persons: tuple[PersonNumber, ...]
    why: str = ""
    detail: str = ""
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One employee and month whose gap is not closed, and why, in French.

    `before` and `after` in cents, declared minus due.
    """

    siret: str
    person: PersonNumber
    contract: str
    period: Month
    before: Cents
    after: Cents
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """What the analysis finds once the plan is applied to the files.

    `corrected` lines are the ones that the plan changes, `worst` the largest
    gap that is left on one of them. `left`: gaps that the plan does not touch.
    `appeared`: gaps that were not there. `payments`: (SIRET, month, cents) left.
    Amounts in cents.
    """

    corrected: int
    worst: Cents
    before: Cents
    after: Cents
    left: tuple[Left, ...] = ()
    appeared: tuple[Left, ...] = ()
    payments: tuple[tuple[str, Month, Cents], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything to do for one company, told on the day `on`.

    `conditions`: adhesion conditions as they would have to be, when the
    adhesion service has to change some; the residual is computed with them.
    """

    siren: str
    on: date
    calendars: Mapping[str, Calendar]
    actions: tuple[Action, ...]
    declarations: tuple[PlannedDeclaration, ...]
    residual: Residual
    conditions: tuple[AdhesionCondition, ...] = ()

"""Incoherences of a contract, what would settle them, what that would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Status
from miroir.types.period import Month


class Severity(StrEnum):
    """`GRAVE`: contributions or rights are wrong, or nothing can be computed.
    `IMPORTANT`: they may be. `MINOR`: nothing is, and the contract is untidy."""

    GRAVE = "grave"
    IMPORTANT = "important"
    MINOR = "minor"


SEVERITIES = {
    Severity.GRAVE: "grave",
    Severity.IMPORTANT: "importante",
    Severity.MINOR: "mineure",
}


class Basis(StrEnum):
    """What a change rests on. `DECLARED` alone is no proof: it asks a reason."""

    REGULATION = "regulation"
    HISTORY = "history"
    AGREEMENT = "agreement"
    ESTABLISHMENTS = "establishments"
    DECLARED = "declared"
    UNDO = "undo"


BASES = {
    Basis.REGULATION: "la réglementation",
    Basis.HISTORY: "l’historique de l’entreprise",
    Basis.AGREEMENT: "la convention collective",
    Basis.ESTABLISHMENTS: "les autres établissements de l’entreprise",
    Basis.DECLARED: "ce que l’entreprise déclare",
    Basis.UNDO: "l’annulation d’une mise à jour",
}

Value = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change in the conditions of one establishment.

    `category` empty: those of every category.
    `creates`: a new row. `begins`: the earliest row begins then instead.
    `extends`: the row that ends on the first day ends on the second, None for
    no end. `values`: fields of AdhesionCondition as texts, from `since` to
    `until` included (None: without limit), rows being cut there if need be.
    """

    siret: str
    category: str
    basis: Basis
    label: str
    creates: AdhesionCondition | None = None
    begins: date | None = None
    extends: tuple[date, date | None] | None = None
    since: date | None = None
    until: date | None = None
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def asks_reason(self) -> bool:
        """What a company declares may be its error: someone says why not."""
        return self.basis is Basis.DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoherence:
    """One thing that does not agree: facts, and what decides who is right.

    `code` is stable. `siret` and `category` are empty when every one is meant.
    `recorded` is what the contract says, `expected` what it is set against,
    both short. `fact`, `decides` and `source` are French.
    """

    code: str
    severity: Severity
    status: Status
    siret: str
    category: str
    recorded: str
    expected: str
    fact: str
    decides: str
    since: date | None = None
    evidence: tuple[Evidence, ...] = ()
    source: str = ""
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEffect:
    """One month before and after, in cents: due, and declared minus due.

    `lines` is how many employees the month holds whose due changes, `closed`
    those that had a gap and have none any more, `opened` the reverse.
    """

    month: Month
    due_before: Cents
    due_after: Cents
    gap_before: Cents
    gap_after: Cents
    lines: int
    closed: int
    opened: int

    @property
    def due(self) -> Cents:
        return self.due_after - self.due_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change makes of the contributions of past months."""

    months: tuple[MonthEffect, ...] = ()

    @property
    def due(self) -> Cents:
        """Due after minus due before, over every month, in cents."""
        return sum(month.due for month in self.months)

    @property
    def gap_before(self) -> Cents:
        return sum(month.gap_before for month in self.months)

    @property
    def gap_after(self) -> Cents:
        return sum(month.gap_after for month in self.months)

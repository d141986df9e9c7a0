"""A result as the store gives it back: pseudonyms only, amounts in cents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from miroir.types.amounts import Cents
from miroir.types.calculation import Amounts, Basis
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Responsible, Scope, Status
from miroir.types.period import Month


class GapKey(NamedTuple):
    """What a gap is about; `employee` is a pseudonym."""

    siret: str
    employee: str
    contract: str
    period: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGap:
    """Declared beside due, by code of block 81."""

    declared: Amounts
    due: Amounts
    basis: Basis

    @property
    def amount(self) -> Cents:
        """Declared minus due."""
        return (self.declared - self.due).total

    def __add__(self, other: StoredGap) -> StoredGap:
        return StoredGap(
            declared=self.declared + other.declared,
            due=self.due + other.due,
            basis=self.basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPayment:
    """A payment that differs from its details; `accepted`: why it may."""

    siret: str
    institution: str
    period: Month
    declared: Cents
    expected: Cents
    accepted: str

    @property
    def amount(self) -> Cents:
        return self.declared - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDiagnosis:
    """A ranked cause as it was said then; `employees` are pseudonyms."""

    rank: int
    cause: str
    label: str
    responsible: Responsible
    would_refute: str
    scope: Scope
    status: Status
    amount: Cents
    explained: Decimal | None
    detail: str
    periods: tuple[Month, ...]
    employees: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    remedy: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """One analysis of one company.

    Two runs with the same `inputs_hash` and `version` had the same inputs.
    """

    id: int
    siren: str
    at: datetime
    trigger: str
    version: str
    inputs_hash: str
    failures: tuple[str, ...]
    gaps: Mapping[GapKey, StoredGap]
    payments: tuple[StoredPayment, ...]
    diagnoses: tuple[StoredDiagnosis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One line of the history of a company."""

    id: int
    at: datetime
    trigger: str
    version: str
    inputs_hash: str

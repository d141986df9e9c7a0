"""Gaps, and what explains them: facts, hypotheses and decisions apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.campaign import CampaignLine
from miroir.types.declaration import (
    Declaration,
    DeclarationVersion,
    Evidence,
    VersionStatus,
)
from miroir.types.identity import PersonNumber
from miroir.types.period import Month
from miroir.types.sampling import Sample
from miroir.types.source import Refusal
from miroir.types.thresholds import NO_THRESHOLDS, Thresholds

TOLERANCE: Cents = 5
"""0.05 € per employee and month: several ways of rounding are right
(lines of a payslip and global rates differ by up to 0.03 €)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentGap:
    """A payment beside what its declaration details. Amounts in cents.

    `accepted` says why a difference is legitimate (payment in whole euros);
    a payment with `accepted` is not a gap. `adhesion_institution` is where the
    adhesion says that it should go, when it went elsewhere.
    """

    siret: str
    institution: str
    period: Month
    declared: Cents
    expected: Cents
    accepted: str = ""
    adhesion_institution: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def amount(self) -> Cents:
        return self.declared - self.expected


class Scope(StrEnum):
    NATIONAL = "national"
    COMPANY = "company"
    GROUP = "group"
    EMPLOYEES = "employees"


class Status(StrEnum):
    ESTABLISHED = "established"
    HYPOTHESIS = "hypothesis"
    NOT_DECIDABLE = "not_decidable"
    LEGITIMATE = "legitimate"


class Responsible(StrEnum):
    CLIENT = "client"
    EDITOR = "editeur"
    ADHESION = "adhesion"
    GPS = "gps"
    REFERENT = "referent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is said of a cause to a company: no code in `plain`, `ask`, `question`.

    plain: the cause for one who does not know payroll. ask: what is asked of
    the company, or done by the group. question: what decides. told, request:
    replace the explanation and the remedy where these speak to the adviser.
    together: to be settled with the company before anything is changed.
    payment: its amount is one of payments, not of contributions. points: what
    is missing gives points of retirement (CEG, CET and Apec give none).
    `{singular|plural}` is chosen by the number of employees concerned.
    """

    plain: str
    ask: str
    question: str
    told: str = ""
    request: str = ""
    together: bool = False
    payment: bool = False
    points: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One known cause of gap. All texts but `id` are read by advisers: French.

    Three levels of detail: `wording.plain` for a novice, `explanation` for
    one who runs a payroll, `expert` for one who writes payroll software.
    `shows`: how it shows in the data. `sources`: rule, circular, page of the
    norm; `unverified`: what none of them settles. `undetected`: why data
    cannot show it, for a cause that no diagnostic finds. `catalogue` is its
    number in the catalogue of docs/causes.md, 0 for a cause of a GPS's own,
    which may leave out all that has a default.
    """

    id: str
    label: str
    explanation: str
    responsible: Responsible
    would_refute: str
    remedy: str
    catalogue: int = 0
    legitimate: bool = False
    expert: str = ""
    shows: str = ""
    sources: tuple[str, ...] = ()
    unverified: str = ""
    undetected: str = ""
    wording: Wording | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a diagnostic found, before ranking.

    `amount` in cents is the part of the gaps that the cause explains;
    `explained` is that part over the gaps of the lines concerned, 0 to 1,
    None when the cause does not show in amounts.
    """

    cause: str
    scope: Scope
    status: Status
    periods: tuple[Month, ...]
    persons: tuple[PersonNumber, ...] = ()
    amount: Cents = 0
    explained: Decimal | None = None
    evidence: tuple[Evidence, ...] = ()
    detail: str = ""
    remedy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CompanyView:
    """Everything known of one company, given to a diagnostic.

    `missing`: (SIRET, month) without any declaration between two that are at
    hand. `adhesions_given`: adhesion conditions were provided, though perhaps
    none for this company. `tolerance` in cents, per employee and month.
    `thresholds` are those of the configuration, or of a GPS's policy.
    `campaign`: the lines of campaigns about it, as the federation computed.
    """

    siren: str
    versions: tuple[DeclarationVersion, ...]
    mirror: tuple[MirrorLine, ...]
    payments: tuple[PaymentGap, ...]
    conditions: tuple[AdhesionCondition, ...]
    missing: tuple[tuple[str, Month], ...] = ()
    adhesions_given: bool = False
    tolerance: Cents = TOLERANCE
    thresholds: Thresholds = NO_THRESHOLDS
    campaign: tuple[CampaignLine, ...] = ()

    @cached_property
    def gaps(self) -> tuple[MirrorLine, ...]:
        """The lines whose gap exceeds the tolerance."""
        return tuple(
            line for line in self.mirror if abs(line.gap.total) > self.tolerance
        )

    @property
    def current(self) -> tuple[Declaration, ...]:
        """The valid declarations, in the order of the versions."""
        return tuple(
            version.declaration
            for version in self.versions
            if version.status is VersionStatus.CURRENT
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What `miroir_diagnostics` returns: the causes it knows and its test.

    `examine` is pure: same company, same findings, in the same order.
    """

    name: str
    causes: tuple[Cause, ...]
    examine: Callable[[CompanyView], Sequence[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A finding ranked among the others; rank 1 explains best.

    `under` says in French which thresholds of the GPS put it behind, or made
    a hypothesis of it.
    """

    rank: int
    cause: Cause
    finding: Finding
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyAnalysis:
    """The whole answer for one company.

    `samples`: by establishment, the employees to study when many have a gap.
    """

    view: CompanyView
    diagnoses: tuple[Diagnosis, ...]
    failures: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The answer of one run: companies by SIREN, and all that was refused."""

    companies: tuple[CompanyAnalysis, ...]
    refusals: tuple[Refusal, ...]
    observations: tuple[Refusal, ...] = ()
    files_read: int = 0

"""Which individual gaps of an establishment are studied, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from miroir.types.amounts import Cents
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """How many employees with a gap are studied in an establishment.

    Up to `all_below`, all of them. Beyond, the `largest`, then `per_cause` of
    each cause, then `random` ones among the rest. `confidence`, between 0 and
    1, is the one of the bound on what is left out.
    """

    all_below: int = 20
    largest: int = 5
    per_cause: int = 2
    random: int = 10
    confidence: Decimal = Decimal("0.95")

    def __post_init__(self) -> None:
        for name in ("all_below", "largest", "per_cause", "random"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is a number of employees, 0 or more")
        if not 0 < self.confidence < 1:
            raise ValueError("confidence is between 0 and 1, both left out")


USUAL_SIZE = SampleSize()


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishmentGaps:
    """What a sampling policy decides on. Amounts in cents.

    `employees` have a gap, `lines` are their months with one, `amount` adds
    their absolute values; `causes` are those diagnosed, with how many of the
    employees each concerns. `configured` is what the configuration asks for.
    """

    siren: str
    siret: str
    periods: tuple[Month, ...]
    employees: int
    lines: int
    amount: Cents
    causes: Mapping[str, int]
    configured: SampleSize


class Drawn(StrEnum):
    """Why an employee is in the sample."""

    ALL = "all"
    LARGEST = "largest"
    CAUSE = "cause"
    RANDOM = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """One employee of the sample.

    `amount` adds the absolute gaps of all months and contracts in the
    establishment, in cents; `causes` are the ids of the diagnoses that concern
    the employee, in the order of ranks.
    """

    person: PersonNumber
    amount: Cents
    causes: tuple[str, ...]
    drawn: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The employees to study in one establishment. Amounts in cents, absolute.

    `left_amount` is what their gaps do not cover: it is exact, as every gap is
    computed. `doubtful_amount` estimates how much of it no established cause
    explains, from the part of the random ones that none explains; None when
    none was drawn. `doubtful_bound` is not exceeded, at `size.confidence`.
    """

    siret: str
    periods: tuple[Month, ...]
    policy: str
    size: SampleSize
    seed: str
    employees: int
    amount: Cents
    studied: tuple[Studied, ...]
    doubtful_amount: Cents | None
    doubtful_bound: Cents

    @property
    def covered(self) -> Cents:
        return sum(one.amount for one in self.studied)

    @property
    def left(self) -> int:
        """How many employees with a gap are not studied."""
        return self.employees - len(self.studied)

    @property
    def left_amount(self) -> Cents:
        return self.amount - self.covered

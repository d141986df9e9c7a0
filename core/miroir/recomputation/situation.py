"""What a contract was, day by day, in one month: status, quota, days.

Values of block 40 hold from the last change on; each block 41 gives the value
before its date (CT2025.1.3, pages 22 to 24). Days that count for the ceiling
are declared in block 53 (unit 40); without them the dates of bases 78 serve,
as Agirc-Arrco itself does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from miroir.types.declaration import Base, Contract, ContractChange, Remuneration
from miroir.types.period import Month

T = TypeVar("T")

CADRE = "01"
PART_TIME = "20"
DAYS_CONTRACT = "20"
"""40.011 «20»: forfait jour; 40.014 «20»: temps partiel."""
CEILING_DAYS = "40"
GROSS_PAY = "001"
EXTRA_HOURS = "017"
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of days of a month during which nothing changes."""

    start: date
    end: date
    status: str
    quota: Fraction
    reduced_days_contract: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class MonthSituation:
    """`days` that count for the ceiling, `quota_days` after the work quota: a
    fraction, for 1 / 3 has no exact decimal and is not rounded yet.

    `days_from`: «53» when declared in block 53, «dates» otherwise.
    """

    days: Decimal
    quota_days: Fraction
    reduced_days_contract: bool
    segments: tuple[Segment, ...]
    days_from: str

    @property
    def quota(self) -> Fraction:
        return self.quota_days / Fraction(self.days) if self.days else _ONE

    @property
    def statuses(self) -> frozenset[str]:
        return frozenset(segment.status for segment in self.segments)


def segments(contract: Contract, month: Month, hours: Decimal) -> tuple[Segment, ...]:
    """The contract's days in the month, cut at each change (block 41)."""
    start = max(contract.start, month.first)
    end = min(contract.end or month.last, month.last)
    if end < start:
        start = end = max(month.first, min(contract.start, month.last))
    cuts = sorted(
        {change.since for change in contract.changes if start < change.since <= end}
    )
    bounds = [start, *cuts]
    ends = [cut - timedelta(days=1) for cut in cuts] + [end]
    return tuple(
        _segment(contract, first, last, hours)
        for first, last in zip(bounds, ends, strict=True)
    )


def _segment(contract: Contract, start: date, end: date, hours: Decimal) -> Segment:
    later = [change for change in contract.changes if change.since > start]
    status = _old(later, lambda change: change.status) or contract.status
    quota = _old(later, lambda change: change.quota) or contract.quota
    modality = _old(later, lambda change: change.modality) or contract.modality
    reference = (
        _old(later, lambda change: change.reference_quota) or contract.reference_quota
    )
    days_contract = contract.quota_unit == DAYS_CONTRACT
    ratio = _ONE
    if (modality == PART_TIME or days_contract) and quota and reference:
        ratio = min(Fraction(quota + hours) / Fraction(reference), _ONE)
    reduced = days_contract and ratio < 1
    return Segment(start, end, status, ratio, reduced)


def _old(
    later: Iterable[ContractChange], value_of: Callable[[ContractChange], T | None]
) -> T | None:
    """The old value given by the nearest later change."""
    for change in sorted(later, key=lambda change: change.since):
        value = value_of(change)
        if value is not None:
            return value
    return None


def month_situation(
    month: Month,
    contracts: Sequence[Contract],
    remunerations: Sequence[Remuneration],
    bases: Sequence[Base],
) -> MonthSituation:
    """The situation of a person in a month, all its contracts together.

    Overlapping contracts share one ceiling: their days do not add up beyond
    those of the month, their quotas do not add up beyond one.
    """
    runs: list[Segment] = []
    days, quota_days = Decimal(0), Fraction(0)
    declared: Decimal | None = None
    for contract in contracts:
        pays = _pays_of(contract, month, remunerations)
        parts = segments(contract, month, _extra_hours(pays))
        counted = _declared_days(pays)
        if counted is not None:
            declared = (declared or Decimal(0)) + counted
        if counted is None or (counted == 0 and _paid(bases)):
            counted = Decimal(_days_by_dates(parts, bases, month))
        span = sum(part.days for part in parts)
        average = sum(part.quota * part.days for part in parts) / Fraction(span)
        runs.extend(parts)
        days += counted
        quota_days += Fraction(counted) * average
    whole = Decimal(month.days)
    used = declared is not None and not (declared == 0 and _paid(bases))
    return MonthSituation(
        days=min(days, whole),
        quota_days=min(quota_days, Fraction(whole)),
        reduced_days_contract=any(run.reduced_days_contract for run in runs),
        segments=tuple(runs),
        days_from="53" if used else "dates",
    )


def _pays_of(
    contract: Contract, month: Month, remunerations: Sequence[Remuneration]
) -> list[Remuneration]:
    return [
        pay
        for pay in remunerations
        if pay.contract == contract.number and Month.of(pay.start) == month
    ]


def _declared_days(pays: Iterable[Remuneration]) -> Decimal | None:
    """Block 53, unit 40: under the gross pay, or wherever a software puts it."""
    by_kind: dict[str, Decimal] = {}
    for pay in pays:
        for activity in pay.activities:
            if activity.unit == CEILING_DAYS:
                known = by_kind.get(pay.kind, Decimal(0))
                by_kind[pay.kind] = known + activity.measure
    if GROSS_PAY in by_kind:
        return by_kind[GROSS_PAY]
    return max(by_kind.values(), default=None)


def _extra_hours(pays: Iterable[Remuneration]) -> Decimal:
    """Complementary hours of a part-timer raise its quota (BOSS § 810)."""
    return sum(
        (pay.hours or Decimal(0) for pay in pays if pay.kind == EXTRA_HOURS),
        Decimal(0),
    )


def _paid(bases: Sequence[Base]) -> bool:
    return any(base.code == "02" and base.amount > 0 for base in bases)


def _days_by_dates(
    parts: Sequence[Segment], bases: Sequence[Base], month: Month
) -> int:
    """Days covered both by the contract and by the dates of its bases."""
    own = [base for base in bases if base.code in ("02", "03") and base.month == month]
    start = max(parts[0].start, min((b.start for b in own), default=month.first))
    end = min(parts[-1].end, max((b.end for b in own), default=month.last))
    return max((end - start).days + 1, 0)

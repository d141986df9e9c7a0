"""The figures that every output shows: gaps in order, totals, one summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from miroir.cli.output.mask import Mask
from miroir.types.amounts import Cents
from miroir.types.calculation import Amounts, MirrorLine
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import Analysis, CompanyAnalysis
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """The mirror of one month, every employee added."""

    period: Month
    declared: Amounts
    due: Amounts

    @property
    def gap(self) -> Amounts:
        return self.declared - self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run in figures. `total` adds the gaps that are listed."""

    files_read: int
    versions: dict[VersionStatus, int]
    refusals: int
    employees: int
    months: int
    gaps: int
    total: Cents


def is_gap(line: MirrorLine, tolerance: Cents) -> bool:
    return abs(line.gap.total) > tolerance


def mirror_of(company: CompanyAnalysis, mask: Mask) -> list[MirrorLine]:
    """Every line: establishment, employee as shown, contract, month."""
    return _in_order(company.view.mirror, mask)


def _in_order(lines: Iterable[MirrorLine], mask: Mask) -> list[MirrorLine]:
    return sorted(
        lines,
        key=lambda line: (
            line.siret,
            mask.name_of(line.person),
            line.contract,
            line.period,
        ),
    )


def gaps_of(company: CompanyAnalysis, tolerance: Cents, mask: Mask) -> list[MirrorLine]:
    """The lines whose gap exceeds the tolerance, in the order of the mirror."""
    wrong = (line for line in company.view.mirror if is_gap(line, tolerance))
    return _in_order(wrong, mask)


def left_out_of(company: CompanyAnalysis, mask: Mask) -> list[MirrorLine]:
    """The lines that no rule applies to, in the order of the mirror."""
    return _in_order((one for one in company.view.mirror if not one.computed), mask)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotComputed:
    """Lines that no rule applies to, for one reason."""

    reason: str
    lines: int
    months: tuple[Month, ...]
    declared: Cents


def not_computed(lines: Iterable[MirrorLine]) -> list[NotComputed]:
    """What was left out of the comparison, reason by reason."""
    by_reason: dict[str, list[MirrorLine]] = {}
    for line in lines:
        if not line.computed:
            reason = " ; ".join(line.calculation.remarks)
            by_reason.setdefault(reason, []).append(line)
    return [
        NotComputed(
            reason=reason,
            lines=len(same),
            months=tuple(sorted({line.period for line in same})),
            declared=sum(line.declared.total for line in same),
        )
        for reason, same in sorted(by_reason.items())
    ]


def heaviest_first(lines: Iterable[MirrorLine]) -> list[MirrorLine]:
    """Employees by the weight of their gaps; the months of one stay together."""
    kept = list(lines)
    weights: dict[PersonNumber, Cents] = {}
    for line in kept:
        weights[line.person] = weights.get(line.person, 0) + abs(line.gap.total)
    order = {person: rank for rank, person in enumerate(weights)}
    return sorted(
        kept,
        key=lambda line: (
            -weights[line.person],
            order[line.person],
            line.siret,
            line.contract,
            line.period,
        ),
    )


def by_month(lines: Iterable[MirrorLine]) -> list[MonthTotals]:
    """Months added up; lines that are not computed have nothing to compare."""
    declared: dict[Month, Amounts] = {}
    due: dict[Month, Amounts] = {}
    for line in lines:
        if not line.computed:
            continue
        month = line.period
        declared[month] = declared.get(month, Amounts()) + line.declared
        due[month] = due.get(month, Amounts()) + line.calculation.due
    return [
        MonthTotals(period=month, declared=declared[month], due=due[month])
        for month in sorted(declared)
    ]


def summarise(analysis: Analysis, tolerance: Cents) -> Summary:
    versions = dict.fromkeys(VersionStatus, 0)
    persons: set[tuple[str, PersonNumber]] = set()
    months: set[Month] = set()
    gaps: list[Cents] = []
    for company in analysis.companies:
        for version in company.view.versions:
            versions[version.status] += 1
        for line in company.view.mirror:
            persons.add((line.siren, line.person))
            months.add(line.period)
            if is_gap(line, tolerance):
                gaps.append(line.gap.total)
    return Summary(
        files_read=analysis.files_read,
        versions=versions,
        refusals=len(analysis.refusals),
        employees=len(persons),
        months=len(months),
        gaps=len(gaps),
        total=sum(gaps),
    )

"""From findings to diagnoses: what explains best comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from miroir.types.amounts import Cents, format_euros, round_half_up
from miroir.types.diagnosis import Cause, CompanyView, Diagnosis, Finding, Status
from miroir.types.thresholds import NO_THRESHOLDS, Thresholds

_ORDER = {
    Status.ESTABLISHED: 0,
    Status.HYPOTHESIS: 1,
    Status.NOT_DECIDABLE: 2,
    Status.LEGITIMATE: 3,
}
BACKGROUND = frozenset(
    {"CONDITIONS_ADHESION_SUPPOSEES", "HISTORIQUE_MANQUANT", "MOIS_NON_CALCULES"}
)
"""How the company was judged, not why it has a gap: always last."""


def rank(
    findings: Iterable[Finding],
    causes: Mapping[str, Cause],
    company: CompanyView | None = None,
) -> tuple[Diagnosis, ...]:
    """Number the findings from 1; the order depends on nothing else.

    Errors seen in the blocks come before those deduced from amounts that
    they would themselves change. What is under the thresholds of the company
    comes behind, and says so.
    """
    thresholds = company.thresholds if company else NO_THRESHOLDS
    whole = sum(abs(line.gap.total) for line in company.gaps) if company else 0
    judged = [_judged(finding, thresholds, whole) for finding in findings]
    return numbered(
        Diagnosis(
            rank=0,
            cause=causes[one.finding.cause],
            finding=one.finding,
            under=(*one.behind, *one.doubted),
        )
        for one in sorted(judged, key=_key)
    )


def numbered(diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """The same, ranks from 1 in this order."""
    return tuple(replace(one, rank=rank) for rank, one in enumerate(diagnoses, start=1))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A finding, and the thresholds that put it behind or in doubt."""

    finding: Finding
    behind: tuple[str, ...]
    doubted: tuple[str, ...]


def _key(judged: _Judged) -> tuple[object, ...]:
    finding = judged.finding
    return (
        finding.cause in BACKGROUND,
        bool(judged.behind),
        _ORDER[finding.status],
        -(finding.explained or Decimal(0)),
        -abs(finding.amount),
        finding.cause,
    )


def _judged(finding: Finding, thresholds: Thresholds, whole: Cents) -> _Judged:
    if finding.status is Status.LEGITIMATE or finding.cause in BACKGROUND:
        return _Judged(finding, (), ())
    behind = tuple(_behind(finding, thresholds, whole))
    doubted: tuple[str, ...] = ()
    if finding.status is Status.ESTABLISHED and finding.explained is not None:
        doubted = tuple(_doubted(finding, thresholds))
    status = Status.HYPOTHESIS if doubted else finding.status
    return _Judged(replace(finding, status=status), behind, doubted)


def _behind(finding: Finding, thresholds: Thresholds, whole: Cents) -> Iterator[str]:
    least = thresholds.least.get(finding.scope, 0)
    weight = _weight(finding, whole)
    if weight is not None and weight < least:
        yield f"{format_euros(weight)}, sous le seuil de {format_euros(least)}"
    explained, minimum = finding.explained, thresholds.minimum_explained
    if explained is not None and explained < minimum:
        yield (
            f"{_percent(explained)} des écarts, sous le minimum de {_percent(minimum)}"
        )


def _weight(finding: Finding, whole: Cents) -> Cents | None:
    """The euros that it explains; None when it does not show in amounts."""
    if finding.explained is not None:
        return round_half_up(finding.explained * whole)
    return abs(finding.amount) or None


def _doubted(finding: Finding, thresholds: Thresholds) -> Iterator[str]:
    explained = finding.explained or Decimal(0)
    if explained < thresholds.established_explained:
        yield (
            f"{_percent(explained)} des écarts, établi à partir de"
            f" {_percent(thresholds.established_explained)}"
        )
    persons = len(set(finding.persons))
    if persons < thresholds.established_employees:
        yield (
            f"nombre de salariés concernés : {persons}, établi à partir de"
            f" {thresholds.established_employees}"
        )


def _percent(part: Decimal) -> str:
    return f"{part * 100:.1f}".replace(".", ",").removesuffix(",0") + " %"

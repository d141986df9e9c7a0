"""Gaps of several months of one employee that cancel: a wrong attachment.

The amount was declared, under another month than its own. Which month is the
right one is not in the file: it stays a hypothesis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from miroir.diagnostic.findings import finding_on
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

PAIR, ONE_MONTH = "REGULARISATION_MAL_RATTACHEE", "CORRECTIONS_SUR_UN_SEUL_MOIS"


def cancelling(
    lines: Iterable[MirrorLine], company: CompanyView
) -> Iterator[tuple[Finding, Sequence[MirrorLine]]]:
    """Findings on unexplained lines, each with the lines that it takes."""
    found: dict[str, list[MirrorLine]] = defaultdict(list)
    for months in _by_contract(lines):
        cause = _cause(months, company.tolerance)
        if cause:
            found[cause].extend(months)
    for cause, taken in found.items():
        finding = finding_on(
            cause,
            taken,
            company,
            scope=Scope.EMPLOYEES,
            status=Status.HYPOTHESIS,
            detail=_said(taken),
        )
        yield finding, taken


def _by_contract(lines: Iterable[MirrorLine]) -> Iterable[list[MirrorLine]]:
    months: dict[object, list[MirrorLine]] = defaultdict(list)
    for line in lines:
        months[line.siret, line.person, line.contract].append(line)
    return months.values()


def _cause(months: Sequence[MirrorLine], tolerance: int) -> str:
    """Two opposite months, or one against several others."""
    gaps = [line.gap.total for line in months]
    if len(gaps) < 2 or abs(sum(gaps)) > tolerance * len(gaps):
        return ""
    if len(gaps) == 2:
        return PAIR
    alone = min(sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps))
    return ONE_MONTH if alone == 1 else ""


def _said(taken: Sequence[MirrorLine]) -> str:
    months = sorted({line.period for line in taken})
    return f"les écarts s’annulent entre {', '.join(map(str, months))}"

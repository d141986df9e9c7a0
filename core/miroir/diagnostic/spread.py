"""One cause in many companies from one month on: first of all our own side.

An error of a payroll is a company's. The same one, begun the same month in
companies that have nothing in common, points at a rule or a parameter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from miroir.diagnostic.ranking import BACKGROUND
from miroir.types.diagnosis import (
    CompanyAnalysis,
    CompanyView,
    Diagnosis,
    Finding,
    Scope,
    Status,
)
from miroir.types.period import Month

UNEXPLAINED = "ECART_INEXPLIQUE"

Sign = tuple[str, Month, Decimal | None]
"""A cause, the month it begins, and for what no cause explains its ratio."""


def national(companies: Sequence[CompanyAnalysis]) -> tuple[CompanyAnalysis, ...]:
    """The same companies; what as many share as their thresholds ask is national.

    Only the scope and the detail of a diagnosis change: rank, status and
    amount are those that the company's own data show.
    """
    signs = [
        {one.rank: sign for one in company.diagnoses if (sign := _sign(one, company))}
        for company in companies
    ]
    sharing: dict[Sign, int] = defaultdict(int)
    for own in signs:
        for sign in set(own.values()):
            sharing[sign] += 1
    return tuple(
        _marked(company, own, sharing)
        for company, own in zip(companies, signs, strict=True)
    )


def _sign(diagnosis: Diagnosis, company: CompanyAnalysis) -> Sign | None:
    """None for what says nothing of a beginning: it was there from the start."""
    finding = diagnosis.finding
    if (
        not finding.amount
        or not finding.periods
        or finding.status is Status.LEGITIMATE
        or finding.cause in BACKGROUND
    ):
        return None
    begins = min(finding.periods)
    if begins <= min(line.period for line in company.view.mirror):
        return None
    ratio = _ratio(finding, begins, company.view)
    return finding.cause, begins, ratio if finding.cause == UNEXPLAINED else None


def _ratio(finding: Finding, month: Month, company: CompanyView) -> Decimal | None:
    """Gap over due, to the thousandth, in the month it begins."""
    persons = set(finding.persons)
    lines = [
        line for line in company.gaps if line.period == month and line.person in persons
    ]
    due = sum(line.calculation.due.total for line in lines)
    if not due:
        return None
    gap = sum(line.gap.total for line in lines)
    return (Decimal(gap) / due).quantize(Decimal("0.001"))


def _marked(
    company: CompanyAnalysis, signs: Mapping[int, Sign], sharing: Mapping[Sign, int]
) -> CompanyAnalysis:
    least = company.view.thresholds.national_companies
    shared = {rank: sharing[sign] for rank, sign in signs.items()}
    if not any(number >= least for number in shared.values()):
        return company
    return replace(
        company,
        diagnoses=tuple(_national(company.diagnoses, shared, least)),
    )


def _national(
    diagnoses: Iterable[Diagnosis], shared: Mapping[int, int], least: int
) -> Iterable[Diagnosis]:
    for one in diagnoses:
        number = shared.get(one.rank, 0)
        if number < least:
            yield one
            continue
        said = (
            f"même cause, à partir du même mois, dans {number} entreprises : vérifier"
            " d’abord le calcul et les paramètres de ce mois, avant tout contact"
        )
        detail = " ; ".join(filter(None, (one.finding.detail, said)))
        finding = replace(one.finding, scope=Scope.NATIONAL, detail=detail)
        yield replace(one, finding=finding)

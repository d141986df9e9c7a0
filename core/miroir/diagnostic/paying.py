"""Errors of payment: where it went, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from miroir.diagnostic.undetailed import CLOSE, Undetailed
from miroir.gap.detail import detailed
from miroir.types.amounts import Cents
from miroir.types.diagnosis import (
    CompanyView,
    Finding,
    PaymentGap,
    Scope,
    Status,
)

EURO: Cents = 100
CAUSES = (
    "SIRET_INSTITUTION_ERRONE",
    "PAIEMENT_142_146_AJOUTEES",
    "PAIEMENT_DIFFERENT_DU_DETAIL",
)


def examine(company: CompanyView) -> Sequence[Finding]:
    """Wrong institution, employer copies added, or another difference."""
    return list(_findings(company))


def open_payments(company: CompanyView) -> list[PaymentGap]:
    """Payments whose difference nothing makes legitimate."""
    return [
        gap
        for gap in company.payments
        if abs(gap.amount) > company.tolerance and not gap.accepted
    ]


def _findings(company: CompanyView) -> Iterator[Finding]:
    wrong = [gap for gap in company.payments if gap.adhesion_institution]
    if wrong:
        detail = (
            f"versé à {wrong[0].institution}, adhésion à"
            f" {wrong[0].adhesion_institution}"
        )
        yield _finding("SIRET_INSTITUTION_ERRONE", wrong, "001", detail)
    different = open_payments(company)
    if not different:
        return
    undetailed = Undetailed(company)
    different = [gap for gap in different if not _pays_what_is_due(gap, undetailed)]
    added = [g for g in different if _employer_copies_added(g, undetailed, company)]
    rest = [gap for gap in different if gap not in added]
    if added:
        yield _finding("PAIEMENT_142_146_AJOUTEES", added, "005")
    unsure = [g for g in rest if undetailed.bound(g.siret, g.period, g.amount)]
    if rest:
        finding = _finding("PAIEMENT_DIFFERENT_DU_DETAIL", rest, "005")
        if len(unsure) == len(rest):
            detail = "une base 03 qui manque au détail peut en rendre compte"
            finding = replace(finding, status=Status.HYPOTHESIS, detail=detail)
        yield finding


def _pays_what_is_due(gap: PaymentGap, undetailed: Undetailed) -> bool:
    """The details are wrong, and a cause of their own says why."""
    return any(
        abs(gap.amount - lacking) <= near
        for lacking, near in undetailed.amounts(gap.siret, gap.period)
    )


def _employer_copies_added(
    gap: PaymentGap, undetailed: Undetailed, company: CompanyView
) -> bool:
    own = [
        declaration
        for declaration in company.current
        if declaration.siret == gap.siret and declaration.period == gap.period
    ]
    sums = detailed(own)
    first, second, apprentice = sums["142"], sums["146"], sums["109"]
    # Paid in whole euros, as some do.
    exact = EURO // 2 if gap.declared % EURO == 0 else CLOSE
    others = [(other, exact) for other in (0, apprentice, -apprentice)]
    return any(
        copies and abs(gap.amount - copies - other) <= near
        for copies in (first + second, first, second)
        for other, near in (*others, *undetailed.amounts(gap.siret, gap.period))
    )


def _finding(
    cause: str, gaps: Sequence[PaymentGap], number: str, detail: str = ""
) -> Finding:
    evidence = [
        piece
        for gap in gaps
        for piece in gap.evidence
        if piece.rubrique.endswith(number)
    ]
    return Finding(
        cause=cause,
        scope=Scope.COMPANY,
        # Without any block 20 it may have been paid another way.
        status=Status.ESTABLISHED if evidence else Status.HYPOTHESIS,
        periods=tuple(sorted({gap.period for gap in gaps})),
        amount=sum(gap.amount for gap in gaps),
        evidence=tuple(evidence[:10]),
        detail=detail,
    )

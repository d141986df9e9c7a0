"""A payment under the name of another month: right here, wrong where it lands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from miroir.diagnostic.findings import SHOWN
from miroir.diagnostic.undetailed import Undetailed
from miroir.types.declaration import Declaration, Payment
from miroir.types.diagnosis import CompanyView, Finding, PaymentGap, Scope, Status
from miroir.types.period import Month

CAUSES = ("PERIODE_DU_VERSEMENT_ERRONEE",)

Dated = tuple[Declaration, Payment]


def examine(company: CompanyView) -> Sequence[Finding]:
    """One payment of an establishment dated of a month that is paid already."""
    return list(_findings(company))


def _findings(company: CompanyView) -> Iterator[Finding]:
    undetailed = Undetailed(company)
    settled = {
        (gap.siret, gap.period): gap
        for gap in company.payments
        if abs(gap.amount) <= company.tolerance
        or gap.accepted
        or undetailed.bound(gap.siret, gap.period, gap.amount)
    }
    moved: dict[tuple[str, Month, Month], list[Dated]] = defaultdict(list)
    for declaration in company.current:
        own_gap = settled.get((declaration.siret, declaration.period))
        for payment in declaration.payments:
            named = Month.of(payment.start)
            ours = own_gap and payment.institution in own_gap.institution
            if ours and declaration.period != named == Month.of(payment.end):
                key = declaration.siret, declaration.period, named
                moved[key].append((declaration, payment))
    by_siret: dict[str, list[Sequence[Dated]]] = defaultdict(list)
    for (siret, own, named), several in sorted(moved.items(), key=lambda one: one[0]):
        if _elsewhere(several, settled.get((siret, own)), settled.get((siret, named))):
            by_siret[siret].append(several)
    # Month after month it is a way of paying, not a mistake.
    found = [several[0][0] for several in by_siret.values() if len(several) == 1]
    if found:
        yield _finding(found)


def _elsewhere(
    several: Sequence[Dated], own: PaymentGap | None, other: PaymentGap | None
) -> bool:
    """They pay all that their own month details, and name another one."""
    return (
        own is not None
        and other is not None
        and own.declared == sum(payment.amount for _, payment in several) > 0
        and other.declared > 0
    )


def _finding(found: Sequence[Dated]) -> Finding:
    return Finding(
        cause="PERIODE_DU_VERSEMENT_ERRONEE",
        scope=Scope.COMPANY,
        status=Status.ESTABLISHED,
        periods=tuple(
            sorted(
                {declaration.period for declaration, _ in found}
                | {Month.of(payment.start) for _, payment in found}
            )
        ),
        evidence=tuple(
            declaration.evidence(payment.block, number)
            for declaration, payment in found[:SHOWN]
            for number in ("006", "005")
        ),
        detail=" ; ".join(_said(*each, several=len(found) > 1) for each in found),
    )


def _said(declaration: Declaration, payment: Payment, several: bool) -> str:
    where = f"établissement {declaration.siret} : " if several else ""
    return (
        f"{where}versement de la DSN {_of(declaration.period)} daté"
        f" {_of(Month.of(payment.start))}, déjà payé par sa propre DSN"
    )


def _of(month: Month) -> str:
    return f"du mois {month.month:02d}/{month.year}"

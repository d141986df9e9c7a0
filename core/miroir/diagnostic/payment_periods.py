"""A payment under the name of another month: right here, wrong where it lands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from miroir.types.declaration import Declaration, Payment
from miroir.types.diagnosis import CompanyView, Finding, PaymentGap, Scope, Status
from miroir.types.period import Month

CAUSES = ("PERIODE_DU_VERSEMENT_ERRONEE",)

Dated = tuple[Declaration, Payment]


def examine(company: CompanyView) -> Sequence[Finding]:
    """One payment of an establishment dated of a month that is paid already."""
    return list(_findings(company))


def _findings(company: CompanyView) -> Iterator[Finding]:
    settled = {
        (gap.siret, gap.period): gap
        for gap in company.payments
        if abs(gap.amount) <= company.tolerance or gap.accepted
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
    for found in by_siret.values():
        # Month after month it is a way of paying, not a mistake.
        if len(found) == 1:
            yield _finding(*found[0][0])


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


def _finding(declaration: Declaration, payment: Payment) -> Finding:
    return Finding(
        cause="PERIODE_DU_VERSEMENT_ERRONEE",
        scope=Scope.COMPANY,
        status=Status.ESTABLISHED,
        periods=tuple(sorted({declaration.period, Month.of(payment.start)})),
        evidence=(
            declaration.evidence(payment.block, "006"),
            declaration.evidence(payment.block, "005"),
        ),
        detail=(
            f"versement de la DSN {_of(declaration.period)} daté"
            f" {_of(Month.of(payment.start))}, déjà payé par sa propre DSN"
        ),
    )


def _of(month: Month) -> str:
    return f"du mois {month.month:02d}/{month.year}"

"""A payment under the name of another month: right here, wrong where it lands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from miroir.types.declaration import Declaration, Payment
from miroir.types.diagnosis import CompanyView, Finding, PaymentGap, Scope, Status
from miroir.types.period import Month

CAUSES = ("PERIODE_DU_VERSEMENT_ERRONEE",)


def examine(company: CompanyView) -> Sequence[Finding]:
    """One payment of an establishment dated of a month that is paid already."""
    return list(_findings(company))


def _findings(company: CompanyView) -> Iterator[Finding]:
    settled = {
        (gap.siret, gap.period): gap
        for gap in company.payments
        if abs(gap.amount) <= company.tolerance
    }
    dated = defaultdict(list)
    for declaration in company.current:
        for payment in declaration.payments:
            if _elsewhere(declaration, payment, settled):
                dated[declaration.siret].append((declaration, payment))
    for siret in sorted(dated):
        # Month after month it is a way of paying, not a mistake.
        if len(dated[siret]) == 1:
            ((declaration, payment),) = dated[siret]
            yield _finding(declaration, payment)


def _elsewhere(
    declaration: Declaration,
    payment: Payment,
    settled: dict[tuple[str, Month], PaymentGap],
) -> bool:
    """It pays all that its own declaration details, and names another month."""
    named = Month.of(payment.start)
    if named == declaration.period or named != Month.of(payment.end):
        return False
    own = settled.get((declaration.siret, declaration.period))
    other = settled.get((declaration.siret, named))
    return (
        own is not None
        and other is not None
        and payment.amount > 0
        and own.declared == payment.amount
        and payment.institution in own.institution
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

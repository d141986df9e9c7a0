"""A diagnostic that only Horizon can make: it knows all of its adhesions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from miroir import (
    Cause,
    CompanyView,
    Diagnostic,
    Finding,
    Responsible,
    Scope,
    Status,
)

CAUSE = Cause(
    id="HORIZON_ADHESION_ABSENTE",
    label="Aucune condition d’adhésion Horizon pour ces salariés",
    explanation=(
        "L’export du référentiel Horizon ne contient aucune condition d’adhésion "
        "pour l’établissement et le mois. Le calcul a été fait aux conditions "
        "standard, qui ne sont peut-être pas celles du contrat."
    ),
    responsible=Responsible.ADHESION,
    would_refute=(
        "Une condition d’adhésion de l’établissement valide ce mois-là dans le "
        "référentiel Horizon."
    ),
    remedy=(
        "Demander au service adhésion de vérifier le rattachement de "
        "l’établissement, puis relancer le calcul."
    ),
)


def examine(company: CompanyView) -> Sequence[Finding]:
    """Gaps computed without any condition, when some exist for the company."""
    if not company.conditions:
        return []  # nothing was exported for it: another GPS's company
    lines = [line for line in company.gaps if line.calculation.condition is None]
    if not lines:
        return []
    amount = sum(line.gap.total for line in lines)
    weight = sum(abs(line.gap.total) for line in lines)
    whole = sum(abs(line.gap.total) for line in company.gaps)
    return [
        Finding(
            cause=CAUSE.id,
            scope=Scope.GROUP,
            status=Status.HYPOTHESIS,
            periods=tuple(sorted({line.period for line in lines})),
            persons=tuple(sorted({line.person for line in lines})),
            amount=amount,
            explained=(Decimal(weight) / whole).quantize(Decimal("0.001")),
            detail=f"{len(lines)} lignes sans condition d’adhésion",
        )
    ]


WITHOUT_CONDITION = Diagnostic(
    name="horizon-adhesion", causes=(CAUSE,), examine=examine
)

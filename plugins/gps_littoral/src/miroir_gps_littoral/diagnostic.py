"""A diagnostic of our own: lines of a campaign that are corrected already."""

from __future__ import annotations

from collections.abc import Sequence

import miroir

CAUSE = miroir.Cause(
    id="LITTORAL_LIGNE_DEJA_CORRIGEE",
    label="Ligne de campagne déjà corrigée",
    explanation=(
        "La campagne signale un écart pour ce mois, et les déclarations en vigueur"
        " n’en montrent plus."
    ),
    responsible=miroir.Responsible.GPS,
    would_refute="Un écart sur ce mois dans les déclarations en vigueur.",
    remedy="Clore la ligne de campagne sans appeler l’entreprise.",
)


def already_corrected(company: miroir.CompanyView) -> Sequence[miroir.Finding]:
    """Months that a campaign names, whose declarations are right by now."""
    declared = {line.period for line in company.mirror}
    wrong = {line.period for line in company.gaps}
    named = {
        line.period
        for line in company.campaign
        if line.period is not None and line.declared != line.calculated
    }
    right = sorted((named & declared) - wrong)
    if not right:
        return []
    return [
        miroir.Finding(
            cause=CAUSE.id,
            scope=miroir.Scope.COMPANY,
            status=miroir.Status.LEGITIMATE,
            periods=tuple(right),
        )
    ]


@miroir.hookimpl
def miroir_diagnostics() -> Sequence[miroir.Diagnostic]:
    """Give our diagnostics."""
    return [
        miroir.Diagnostic(
            name="littoral-campaign", causes=(CAUSE,), examine=already_corrected
        )
    ]

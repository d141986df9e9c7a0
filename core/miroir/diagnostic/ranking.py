"""From findings to diagnoses: what explains best comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from miroir.types.diagnosis import Cause, Diagnosis, Finding, Status

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
    findings: Iterable[Finding], causes: Mapping[str, Cause]
) -> tuple[Diagnosis, ...]:
    """Number the findings from 1; the order depends on nothing else.

    Errors seen in the blocks come before those deduced from amounts that
    they would themselves change.
    """
    ordered = sorted(findings, key=_key)
    return tuple(
        Diagnosis(rank=number, cause=causes[finding.cause], finding=finding)
        for number, finding in enumerate(ordered, start=1)
    )


def _key(finding: Finding) -> tuple[object, ...]:
    return (
        finding.cause in BACKGROUND,
        _ORDER[finding.status],
        -(finding.explained or Decimal(0)),
        -abs(finding.amount),
        finding.cause,
    )

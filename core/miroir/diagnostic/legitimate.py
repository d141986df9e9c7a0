"""What looks like a gap and is none: recognised, named, never asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from miroir.diagnostic.findings import bases_evidence
from miroir.recomputation.facts import SEVERAL_EMPLOYERS, SHARED_CEILING_DECLARED
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import DeclarationVersion, VersionStatus
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

CAUSES = (
    "LEGITIME_CORRIGE_PAR_RATTACHEMENT",
    "LEGITIME_ANNULE_ET_REMPLACE",
    "LEGITIME_FICHIER_RECU_DEUX_FOIS",
    "LEGITIME_TEMPS_PARTIEL_SANS_PRORATA",
    "LEGITIME_EMPLOYEURS_MULTIPLES",
    "LEGITIME_PAIEMENT_ARRONDI_EURO",
    "LEGITIME_VERSEMENT_TRIMESTRIEL",
    "LEGITIME_VERSEMENT_POUR_L_ENTREPRISE",
    "LEGITIME_BASE_NEGATIVE",
    "LEGITIME_REPARTITION_DEROGATOIRE",
)
ACCEPTED = {
    "arrondi": "LEGITIME_PAIEMENT_ARRONDI_EURO",
    "trimestriel": "LEGITIME_VERSEMENT_TRIMESTRIEL",
    "niveau de l’entreprise": "LEGITIME_VERSEMENT_POUR_L_ENTREPRISE",
}
"""Why a payment is accepted, and the cause that tells it."""
WAIVED = "temps partiel"
SHARED = frozenset({SEVERAL_EMPLOYERS, SHARED_CEILING_DECLARED})


def examine(company: CompanyView) -> Sequence[Finding]:
    """Legitimate situations seen in a company."""
    return [*_versions(company), *_payments(company), *_lines(company)]


def _versions(company: CompanyView) -> Iterator[Finding]:
    for status, cause in (
        (VersionStatus.SUPERSEDED, "LEGITIME_ANNULE_ET_REMPLACE"),
        (VersionStatus.DUPLICATE, "LEGITIME_FICHIER_RECU_DEUX_FOIS"),
    ):
        found = [
            version
            for version in company.versions
            if version.status is status and not contradicted(version, company)
        ]
        if found:
            declarations = [version.declaration for version in found]
            yield Finding(
                cause=cause,
                scope=Scope.COMPANY,
                status=Status.LEGITIMATE,
                periods=tuple(sorted({each.period for each in declarations})),
                evidence=tuple(
                    each.evidence(each.block, "004") for each in declarations[:5]
                ),
                detail=found[0].reason,
            )


def contradicted(version: DeclarationVersion, company: CompanyView) -> bool:
    """Set aside for another of the same order number and another content."""
    own = version.declaration
    return version.status is VersionStatus.SUPERSEDED and any(
        other.status is VersionStatus.CURRENT
        and other.declaration.key == own.key
        and other.declaration.nature == own.nature
        and other.declaration.order == own.order
        for other in company.versions
    )


def _payments(company: CompanyView) -> Iterator[Finding]:
    for reason, cause in ACCEPTED.items():
        found = [gap for gap in company.payments if reason in gap.accepted]
        if found:
            yield Finding(
                cause=cause,
                scope=Scope.COMPANY,
                status=Status.LEGITIMATE,
                periods=tuple(sorted({gap.period for gap in found})),
                amount=sum(gap.amount for gap in found),
                evidence=next((gap.evidence for gap in found if gap.evidence), ()),
            )


def _lines(company: CompanyView) -> Iterator[Finding]:
    exact = [
        line
        for line in company.mirror
        if line.computed and abs(line.gap.total) <= company.tolerance
    ]
    corrected = [line for line in exact if not line.plain and _corrected_later(line)]
    if corrected:
        yield _finding("LEGITIME_CORRIGE_PAR_RATTACHEMENT", corrected)
    waived = [
        line
        for line in exact
        if any(WAIVED in reading for reading in line.calculation.readings)
    ]
    if waived:
        yield _finding("LEGITIME_TEMPS_PARTIEL_SANS_PRORATA", waived)
    shared = [line for line in exact if SHARED & set(line.calculation.remarks)]
    if shared:
        yield _finding("LEGITIME_EMPLOYEURS_MULTIPLES", shared)
    negative = [line for line in exact if _negative(line)]
    if negative:
        yield _finding("LEGITIME_BASE_NEGATIVE", negative)
    split = [line for line in exact if _other_split(line)]
    if split:
        yield _finding("LEGITIME_REPARTITION_DEROGATOIRE", split, Scope.COMPANY)


def _corrected_later(line: MirrorLine) -> bool:
    return any(
        part.declaration.period > line.period and part.base.code in ("02", "03")
        for part in line.parts
    )


def _negative(line: MirrorLine) -> bool:
    tranches = line.calculation.tranches
    return min(tranches.t1, tranches.t2, tranches.cet) < 0


def _other_split(line: MirrorLine) -> bool:
    condition = line.calculation.condition
    return condition is not None and condition.employer_share != 60


def _finding(
    cause: str, lines: Sequence[MirrorLine], scope: Scope = Scope.EMPLOYEES
) -> Finding:
    evidence = [
        piece for line in lines[:5] for piece in bases_evidence(line, ("02", "03"))
    ]
    return Finding(
        cause=cause,
        scope=scope,
        status=Status.LEGITIMATE,
        periods=tuple(sorted({line.period for line in lines})),
        persons=tuple(sorted({line.person for line in lines})),
        evidence=tuple(evidence[:10]),
    )

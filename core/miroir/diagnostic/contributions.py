"""Errors that show in the amounts of contributions, settled over a company.

Each gap line is tried against every signature; the error that explains most
is taken first, then the one that explains most of what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from miroir.diagnostic.ceilings import ceiling_causes
from miroir.diagnostic.findings import bases_evidence, finding_on
from miroir.diagnostic.reductions import only_reduction, reduction_cause
from miroir.diagnostic.signatures import SIGNATURES, case_of
from miroir.diagnostic.structure import spoils
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

REDUCTION = "106"
_SCOPES = {signature.cause: signature.scope for signature in SIGNATURES} | {
    "PMSS_ANNEE_PRECEDENTE": Scope.COMPANY,
    "REGULARISATION_PROGRESSIVE_ABSENTE": Scope.COMPANY,
    "REDUCTION_106_ABSENTE": Scope.GROUP,
    "REDUCTION_106_SIGNE": Scope.GROUP,
    "REDUCTION_106_MAUVAISE_PART": Scope.GROUP,
}
_CODES = {signature.cause: signature.code for signature in SIGNATURES}
CAUSES = (
    *_SCOPES,
    "PLAFOND_NON_PRORATISE_ENTREE_SORTIE",
    "PLAFOND_ABSENCE_NON_PRORATISEE",
    "PLAFOND_TRENTIEME",
    "ECART_INEXPLIQUE",
)


def examine(company: CompanyView) -> Sequence[Finding]:
    """Findings of the causes that explain gaps, then what is left."""
    by_cause: dict[str, list[int]] = {}
    lines = [line for line in company.gaps if not spoils(line)]
    ceilings = ceiling_causes(company.mirror)
    for rank, line in enumerate(lines):
        for cause in (*ceilings.get(id(line), ()), *fitting(line)):
            by_cause.setdefault(cause, []).append(rank)
    findings = []
    left = set(range(len(lines)))
    while left and by_cause:
        order = sorted(by_cause, key=lambda c: (-_weight(c, by_cause, left), c))
        cause = order[0]
        taken = [rank for rank in by_cause.pop(cause) if rank in left]
        if not taken:
            break
        rivals = [
            other
            for other, ranks in by_cause.items()
            if set(taken) <= set(ranks) and not _vaguer(other, cause)
        ]
        findings.append(_finding(cause, [lines[r] for r in taken], company, rivals))
        left -= set(taken)
    if left:
        rest = [lines[rank] for rank in sorted(left)]
        findings.append(
            finding_on(
                "ECART_INEXPLIQUE",
                rest,
                company,
                scope=Scope.EMPLOYEES,
                status=Status.NOT_DECIDABLE,
            )
        )
    return findings


def fitting(line: MirrorLine) -> Iterator[str]:
    """Every error whose gap is the one of the line."""
    reduction = reduction_cause(line)
    if reduction is not None:
        yield reduction
    if only_reduction(line):
        return
    case = case_of(line)
    for signature in SIGNATURES:
        if signature.fits(case):
            yield signature.cause


def _weight(cause: str, by_cause: dict[str, list[int]], left: set[int]) -> int:
    return sum(1 for rank in by_cause[cause] if rank in left)


def _finding(
    cause: str, lines: list[MirrorLine], company: CompanyView, rivals: list[str]
) -> Finding:
    if cause.startswith("REDUCTION"):
        codes: tuple[str, ...] = (REDUCTION, "018")
    else:
        codes = (_CODES.get(cause, "131"),)
    bases = cause.startswith(("PLAFOND", "PMSS", "REGULARISATION", "T2_PERDUE"))
    evidence = [
        piece for line in lines[:5] for piece in bases_evidence(line, ("02", "03"))
    ]
    detail = f"explique aussi ces montants : {', '.join(rivals)}" if rivals else ""
    return finding_on(
        cause,
        lines,
        company,
        scope=_scope(cause, lines, company),
        status=Status.HYPOTHESIS if rivals else Status.ESTABLISHED,
        codes=codes,
        detail=detail,
        evidence=evidence if bases else (),
    )


def _vaguer(other: str, cause: str) -> bool:
    """A wrong ceiling makes base 02 equal base 03: it says why, the other what."""
    return other == "T2_PERDUE" and cause.startswith("PLAFOND")


def _scope(cause: str, lines: Sequence[MirrorLine], company: CompanyView) -> Scope:
    """A setting concerns the company, unless one person among others shows it."""
    scope = _SCOPES.get(cause, Scope.EMPLOYEES)
    alone = len({line.person for line in lines}) == 1
    others = len({line.person for line in company.mirror}) > 1
    return Scope.EMPLOYEES if scope is Scope.COMPANY and alone and others else scope

"""Errors that show in the amounts of contributions, settled over a company.

Each code of each gap line is tried against every signature; the error that
explains most is taken first, then the one that explains most of what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from miroir.diagnostic.ceilings import ceiling_causes
from miroir.diagnostic.findings import bases_evidence, finding_on
from miroir.diagnostic.reductions import reduction_cause
from miroir.diagnostic.signatures import CLOSE, SIGNATURES, case_of
from miroir.diagnostic.structure import spoils
from miroir.types.amounts import Cents
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


Piece = tuple[int, str]
"""One code of one gap line: what an error explains, or not."""


def examine(company: CompanyView) -> Sequence[Finding]:
    """Findings of the causes that explain gaps, then what is left."""
    lines = [line for line in company.gaps if not spoils(line)]
    left = {(rank, code) for rank, line in enumerate(lines) for code in wrong(line)}
    by_cause = _explained(lines, company)
    findings = []
    while left and by_cause:
        cause = min(by_cause, key=lambda c: (-len(by_cause[c] & left), c))
        taken = by_cause.pop(cause) & left
        if not taken:
            break
        rivals = [
            other
            for other, pieces in by_cause.items()
            if taken <= pieces and not _vaguer(other, cause)
        ]
        findings.append(_finding(cause, lines, taken, company, rivals))
        left -= taken
    if left:
        findings.append(_unexplained(lines, left, company))
    return findings


def wrong(line: MirrorLine) -> frozenset[str]:
    """The codes that make the gap of a line."""
    codes = line.gap.by_code()
    found = frozenset(code for code, cents in codes.items() if abs(cents) > CLOSE)
    return found or frozenset(code for code, cents in codes.items() if cents)


def _explained(
    lines: Sequence[MirrorLine], company: CompanyView
) -> dict[str, set[Piece]]:
    """What each error explains."""
    by_cause: dict[str, set[Piece]] = defaultdict(set)
    ceilings = ceiling_causes(company.mirror)
    for rank, line in enumerate(lines):
        for cause in ceilings.get(id(line), ()):
            by_cause[cause].add((rank, "131"))
        for cause, codes in fitting(line):
            by_cause[cause].update((rank, code) for code in codes)
    return by_cause


def fitting(line: MirrorLine) -> Iterator[tuple[str, frozenset[str]]]:
    """Every error whose gap is found on some codes of the line."""
    reduction = reduction_cause(line)
    if reduction is not None:
        yield reduction, frozenset({REDUCTION})
    case = case_of(line)
    for signature in SIGNATURES:
        codes = signature.explains(case)
        if codes:
            yield signature.cause, codes


def _finding(
    cause: str,
    lines: Sequence[MirrorLine],
    taken: set[Piece],
    company: CompanyView,
    rivals: list[str],
) -> Finding:
    concerned = [lines[rank] for rank in sorted({rank for rank, _ in taken})]
    codes: tuple[str, ...] = (_CODES.get(cause, "131"),)
    if cause.startswith("REDUCTION"):
        codes = (REDUCTION, "018")
    bases = cause.startswith(("PLAFOND", "PMSS", "REGULARISATION", "T2_PERDUE"))
    evidence = [
        piece for line in concerned[:5] for piece in bases_evidence(line, ("02", "03"))
    ]
    detail = f"explique aussi ces montants : {', '.join(rivals)}" if rivals else ""
    return finding_on(
        cause,
        concerned,
        company,
        scope=_scope(cause, concerned, company),
        status=Status.HYPOTHESIS if rivals else Status.ESTABLISHED,
        codes=codes,
        part=_part_of(lines, taken),
        detail=detail,
        evidence=evidence if bases else (),
    )


def _unexplained(
    lines: Sequence[MirrorLine], left: set[Piece], company: CompanyView
) -> Finding:
    return finding_on(
        "ECART_INEXPLIQUE",
        [lines[rank] for rank in sorted({rank for rank, _ in left})],
        company,
        scope=Scope.EMPLOYEES,
        status=Status.NOT_DECIDABLE,
        codes=sorted({code for _, code in left}),
        part=_part_of(lines, left),
    )


def _part_of(
    lines: Sequence[MirrorLine], pieces: set[Piece]
) -> Callable[[MirrorLine], Cents]:
    parts: dict[int, Cents] = defaultdict(int)
    for rank, code in pieces:
        parts[id(lines[rank])] += lines[rank].gap.by_code()[code]
    return lambda line: parts[id(line)]


def _vaguer(other: str, cause: str) -> bool:
    """A wrong ceiling makes base 02 equal base 03: it says why, the other what."""
    return other == "T2_PERDUE" and cause.startswith("PLAFOND")


def _scope(cause: str, lines: Sequence[MirrorLine], company: CompanyView) -> Scope:
    """A setting concerns the company, unless one person among others shows it."""
    scope = _SCOPES.get(cause, Scope.EMPLOYEES)
    alone = len({line.person for line in lines}) == 1
    others = len({line.person for line in company.mirror}) > 1
    return Scope.EMPLOYEES if scope is Scope.COMPANY and alone and others else scope

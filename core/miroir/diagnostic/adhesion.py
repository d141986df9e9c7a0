"""Adhesion conditions that are absent, late, or assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from miroir.diagnostic.history import would_decide
from miroir.recomputation.facts import NOT_CONCERNED, ORIGIN_ABSENT
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

CAUSES = (
    "ETABLISSEMENT_ABSENT_DE_L_ADHESION",
    "DATE_EFFET_ADHESION_TARDIVE",
    "CONDITIONS_ADHESION_SUPPOSEES",
    "HISTORIQUE_MANQUANT",
    "MOIS_NON_CALCULES",
)


NAMED = frozenset({"HISTORIQUE_MANQUANT", "MOIS_NON_CALCULES"})
EARLIER_ABSENT = "mois antérieurs absents"


def examine(company: CompanyView) -> Sequence[Finding]:
    """What the conditions at hand do not cover, and months judged without past."""
    return [*_conditions(company), *_history(company)]


def _conditions(company: CompanyView) -> Iterator[Finding]:
    without = [
        line
        for line in company.mirror
        if line.calculation.condition is None and line.computed
    ]
    if not without:
        return
    if not company.adhesions_given:
        yield _finding("CONDITIONS_ADHESION_SUPPOSEES", without, Status.NOT_DECIDABLE)
        return
    known = {condition.siret for condition in company.conditions}
    absent, covered = _split(without, lambda line: not known & {"", line.siret})
    if absent:
        yield _finding("ETABLISSEMENT_ABSENT_DE_L_ADHESION", absent)
    late, others = _split(covered, lambda line: _begins(line, company))
    if late:
        yield _finding("DATE_EFFET_ADHESION_TARDIVE", late)
    if others:
        yield _finding("CONDITIONS_ADHESION_SUPPOSEES", others, Status.NOT_DECIDABLE)


def _split(
    lines: Sequence[MirrorLine], chosen: Callable[[MirrorLine], bool]
) -> tuple[list[MirrorLine], list[MirrorLine]]:
    """Those chosen, and the others."""
    both: tuple[list[MirrorLine], list[MirrorLine]] = ([], [])
    for line in lines:
        both[not chosen(line)].append(line)
    return both


def _begins(line: MirrorLine, company: CompanyView) -> bool:
    """Conditions of this establishment exist, and start later."""
    return any(
        condition.siret in ("", line.siret) and condition.valid_from > line.period.last
        for condition in company.conditions
    )


def comes_late(line: MirrorLine, rate: Decimal, company: CompanyView) -> bool:
    """No conditions yet, and later ones have this rate: their date is what is wrong,
    and `DATE_EFFET_ADHESION_TARDIVE` says so."""
    return line.calculation.condition is None and any(
        condition.siret in ("", line.siret)
        and condition.rate_t1 == rate
        and condition.valid_from > line.period.last
        for condition in company.conditions
    )


def _history(company: CompanyView) -> Iterator[Finding]:
    judged = [
        line
        for line in company.mirror
        if line.calculation.basis is Basis.ESTIMATED
        or any(EARLIER_ABSENT in remark for remark in line.calculation.remarks)
        or ORIGIN_ABSENT in line.calculation.remarks
    ]
    if judged:
        finding = _finding("HISTORIQUE_MANQUANT", judged, Status.NOT_DECIDABLE)
        yield replace(finding, detail=would_decide(judged, company))
    known = NOT_CONCERNED | {ORIGIN_ABSENT}
    left_out = [
        line
        for line in company.mirror
        if not line.computed and not known & set(line.calculation.remarks)
    ]
    if left_out:
        reasons = sorted({line.calculation.remarks[0] for line in left_out})
        finding = _finding("MOIS_NON_CALCULES", left_out, Status.NOT_DECIDABLE)
        yield replace(finding, detail=" ; ".join(reasons))


def _finding(
    cause: str, lines: Sequence[MirrorLine], status: Status = Status.ESTABLISHED
) -> Finding:
    return Finding(
        cause=cause,
        scope=Scope.COMPANY,
        status=status,
        periods=tuple(sorted({line.period for line in lines})),
        persons=tuple(sorted({line.person for line in lines}))
        if cause in NAMED
        else (),
    )

"""Errors that show in the amounts of contributions, as findings on a company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from miroir.diagnostic.adhesion import comes_late
from miroir.diagnostic.cancelling import (
    CANCELLING,
    ONE_MONTH,
    PAIR,
    said,
    settle_cancelling,
)
from miroir.diagnostic.catalogue import by_id
from miroir.diagnostic.ceilings import Years
from miroir.diagnostic.errors import ERRORS, RATE_ABOVE, RATE_BELOW
from miroir.diagnostic.explaining import (
    BASE_02,
    CODES,
    REDUCTION,
    Names,
    cause_of,
    effect,
)
from miroir.diagnostic.extent import extent, since_when
from miroir.diagnostic.findings import bases_evidence, finding_on
from miroir.diagnostic.imagined import Case
from miroir.diagnostic.reductions import REDUCTION_CAUSES
from miroir.diagnostic.refuting import WITNESSES, Piece
from miroir.diagnostic.regression import coefficients
from miroir.diagnostic.settling import Settled, settle
from miroir.diagnostic.structure import cadre_as_other
from miroir.diagnostic.wrong_years import CEILING_CAUSES, LAST_YEAR, NOT_REGULARISED
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

APEC_UNDUE = "APEC_NON_CADRE"
_SCOPES = {error.cause: error.scope for error in ERRORS} | {
    RATE_ABOVE: Scope.COMPANY,
    RATE_BELOW: Scope.COMPANY,
    LAST_YEAR: Scope.COMPANY,
    NOT_REGULARISED: Scope.COMPANY,
    "REDUCTION_106_ABSENTE": Scope.GROUP,
    "REDUCTION_106_SIGNE": Scope.GROUP,
    "REDUCTION_106_MAUVAISE_PART": Scope.GROUP,
}
_CODES = {error.cause: error.code for error in ERRORS}
CAUSES = tuple(
    dict.fromkeys((*_SCOPES, *CEILING_CAUSES, PAIR, ONE_MONTH, "ECART_INEXPLIQUE"))
)


def examine(company: CompanyView) -> Sequence[Finding]:
    """Findings of the causes that explain gaps, then what is left."""
    gaps = company.gaps
    if not gaps:
        return []
    years = Years(company.mirror)
    wrong = [years.case(line) for line in gaps if line.computed]
    witnesses = [years.case(line) for line in _witnesses(company)]
    settled = settle(wrong, witnesses)
    settle_cancelling(settled, wrong, company.tolerance)
    shared = _parts(settled, wrong)
    view = _Settlement(company, wrong, witnesses, settled)
    findings = [
        view.finding(name, shared[name])
        for name in sorted(shared)
        if not view.comes_late(name, shared[name])
    ]
    left = {piece for piece in settled.left if piece[1] != BASE_02}
    if left:
        findings.append(_unexplained(wrong, left, company))
    return findings


def _witnesses(company: CompanyView) -> Sequence[MirrorLine]:
    """Lines without a gap, spread over the company, to ask whether an error
    that is general would have shown there."""
    lines = [
        line
        for line in company.mirror
        if line.computed and abs(line.gap.total) <= company.tolerance
    ]
    return lines[:: max(1, -(-len(lines) // WITNESSES))]


Parts = Mapping[int, Cents]
"""What one error explains of each line, by rank of the line."""


def _parts(settled: Settled, wrong: Sequence[Case]) -> dict[str, Parts]:
    """Share out each explained amount among the errors made at once there."""
    found: dict[str, dict[int, Cents]] = defaultdict(lambda: defaultdict(int))
    for (rank, code), names in sorted(settled.explained.items()):
        for name, part in _shares(wrong[rank], code, names):
            # A cadre declared as another: the status is wrong, Apec is right.
            if name != APEC_UNDUE or not cadre_as_other(wrong[rank].line):
                found[name][rank] += part
    return dict(found)


def _shares(case: Case, code: str, names: Names) -> Iterable[tuple[str, Cents]]:
    """Each error has its own effect; the last one what is left."""
    left = _gap(case, code)
    if code == BASE_02:
        yield from ((name, 0) for name in names)
        return
    # What is attached elsewhere is any amount: it comes last.
    *first, last = sorted(names, key=lambda name: (name in CANCELLING, name))
    for name in first:
        part = effect(case, name, code)
        yield name, part
        left -= part
    yield last, left


def _gap(case: Case, code: str) -> Cents:
    """The gap on one code, what is declared twice counted once."""
    if code == REDUCTION:
        return case.line.gap.c106
    if code == BASE_02:
        return 0
    rank = CODES.index(code)
    return case.once[rank] - case.due[rank]


@dataclass(frozen=True, slots=True)
class _Settlement:
    """What was settled on the gap lines of a company, to be said."""

    company: CompanyView
    wrong: Sequence[Case]
    witnesses: Sequence[Case]
    settled: Settled

    def comes_late(self, name: str, parts: Parts) -> bool:
        """A rate that the adhesion has, from a later date."""
        cause, _, rate = name.partition(" ")
        return cause == RATE_ABOVE and all(
            comes_late(self.wrong[rank].line, Decimal(rate), self.company)
            for rank in parts
        )

    def finding(self, name: str, parts: Parts) -> Finding:
        cause, _, rate = name.partition(" ")
        concerned = [self.wrong[rank].line for rank in sorted(parts)]
        rivals = sorted({cause_of(r) for r in self.settled.rivals[name]} - {cause})
        usual = _SCOPES.get(cause, Scope.EMPLOYEES)
        scope, group = extent(name, usual, concerned, self.witnesses, self.company)
        when = since_when(concerned, self.company) if usual is Scope.COMPANY else ""
        unsure = bool(rivals) or cause in CANCELLING
        when = said(concerned) if cause in CANCELLING else when
        return finding_on(
            cause,
            concerned,
            self.company,
            scope=scope,
            status=Status.HYPOTHESIS if unsure else Status.ESTABLISHED,
            codes=_codes(cause),
            part=_part_of(self.wrong, parts),
            detail=_detail(rate, (group, when), rivals),
            evidence=_evidence(cause, concerned),
        )


def _codes(cause: str) -> Sequence[str]:
    if cause in REDUCTION_CAUSES:
        return (REDUCTION, "018")
    return (_CODES.get(cause, "131"),)


def _evidence(cause: str, concerned: Sequence[MirrorLine]) -> Sequence[Evidence]:
    """The bases, for what is wrong in them first; else the amounts will do."""
    if cause not in CEILING_CAUSES and cause != "T2_PERDUE":
        return ()
    return [
        piece for line in concerned[:5] for piece in bases_evidence(line, ("02", "03"))
    ]


def _detail(rate: str, known: Sequence[str], rivals: Sequence[str]) -> str:
    """The rate, the group and the months found; the causes that explain as much
    and what would set them aside."""
    said = (
        [f"le taux de calcul trouvé sur la tranche 1 est de {rate.replace('.', ',')} %"]
        if rate
        else []
    )
    said += filter(None, known)
    if rivals:
        said.append(f"explique aussi ces montants : {', '.join(rivals)}")
        catalogue = by_id()
        said += [
            f"{rival} serait écarté par : {_inside(catalogue[rival].would_refute)}"
            for rival in rivals
            if rival in catalogue
        ]
    return " ; ".join(said)


def _inside(sentence: str) -> str:
    """A sentence as a part of another: no capital, unless an acronym, no full stop."""
    capital = sentence[1:2].isupper()
    first = sentence[:1] if capital else sentence[:1].lower()
    return first + sentence[1:].rstrip(".")


def _unexplained(
    wrong: Sequence[Case], left: set[Piece], company: CompanyView
) -> Finding:
    parts: dict[int, Cents] = defaultdict(int)
    for rank, code in left:
        parts[rank] += _gap(wrong[rank], code)
    return finding_on(
        "ECART_INEXPLIQUE",
        [wrong[rank].line for rank in sorted(parts)],
        company,
        scope=Scope.EMPLOYEES,
        status=Status.NOT_DECIDABLE,
        codes=sorted({code for _, code in left}),
        part=_part_of(wrong, parts),
        detail=_coefficients(wrong, left, company.tolerance),
    )


def _coefficients(wrong: Sequence[Case], left: set[Piece], tolerance: Cents) -> str:
    """What the unexplained gaps are a part of, when they are one."""
    ranks = sorted(rank for rank, code in left if code == "131")
    if len(ranks) != len(left):
        return ""
    observed = [(wrong[rank].tranches, _gap(wrong[rank], "131")) for rank in ranks]
    return coefficients(observed, tolerance)


def _part_of(wrong: Sequence[Case], parts: Parts) -> Callable[[MirrorLine], Cents]:
    by_line = {id(wrong[rank].line): part for rank, part in parts.items()}
    return lambda line: by_line.get(id(line), 0)

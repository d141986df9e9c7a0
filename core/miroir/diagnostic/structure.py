"""Errors that show in the blocks themselves, whatever the amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from miroir.diagnostic.findings import finding_on
from miroir.diagnostic.superseded import Afterwards
from miroir.recomputation.facts import (
    BEFORE_2019,
    CAPPED,
    UNCAPPED,
    UNIFIED,
    distinct,
)
from miroir.recomputation.situation import CEILING_DAYS
from miroir.types.calculation import DeclaredPart, MirrorLine
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyView, Finding, Scope
from miroir.types.period import Month

NO_CATEGORY = frozenset({"98", "99"})
CADRE_STATUSES = frozenset({"03", "04"})
"""40.002: cadre dirigeant, autre cadre."""
UNIFIED_SINCE = Month(2019, 1)
CODE_105_ENDS = Month(2025, 1)

CAUSES = (
    "BLOC_71_ABSENT",
    "REGIME_71_ERRONE",
    "STATUT_99_AFFILIE",
    "STATUT_CADRE_DECLARE_NON_CADRE",
    "BASE_03_ABSENTE",
    "JOURS_53_A_ZERO",
    "CODE_105_APRES_2025",
    "SALARIE_DECLARE_DEUX_FOIS",
)

Check = Callable[[MirrorLine], "Evidence | None"]


def examine(company: CompanyView) -> Sequence[Finding]:
    """Every structural error of a company, in the order of CAUSES."""
    return list(_line_findings(company))


def _line_findings(company: CompanyView) -> Iterator[Finding]:
    unusual = [line for line in company.mirror if not line.plain]
    for cause, scope, check in _CHECKS:
        seen = [(line, piece) for line in unusual if (piece := check(line))]
        afterwards = Afterwards(company, [line for line, _ in seen])
        seen = [one for one in seen if not afterwards.corrected(cause, one[0])]
        if seen:
            lines = [line for line, _ in seen]
            evidence = [piece for _, piece in seen]
            wide = scope is Scope.COMPANY or _everybody(lines, company)
            yield finding_on(
                cause,
                lines,
                company,
                scope=Scope.COMPANY if wide else scope,
                evidence=evidence,
            )


def _everybody(lines: Iterable[MirrorLine], company: CompanyView) -> bool:
    concerned = {line.person for line in lines}
    everybody = {line.person for line in company.mirror}
    return len(everybody) > 1 and concerned == everybody


def _owes(line: MirrorLine) -> bool:
    return line.declared_gross > 0 and bool(line.declared.total)


def _contract_evidence(line: MirrorLine, number: str) -> Evidence | None:
    contract, declaration = line.contract_state, _own_declaration(line)
    if contract is None or declaration is None:
        return None
    return declaration.declaration.evidence(contract.block, number)


def _own_declaration(line: MirrorLine) -> DeclaredPart | None:
    """A part declared in the month itself."""
    for part in line.parts:
        if part.declaration.period == line.period:
            return part
    return None


def _no_scheme(line: MirrorLine) -> Evidence | None:
    contract = line.contract_state
    if contract is None or contract.pension_schemes or not _owes(line):
        return None
    return _contract_evidence(line, "003")


def _wrong_scheme(line: MirrorLine) -> Evidence | None:
    contract, part = line.contract_state, _own_declaration(line)
    if contract is None or part is None or not contract.pension_schemes:
        return None
    schemes = set(contract.pension_schemes)
    if UNIFIED in schemes or line.period < UNIFIED_SINCE or not _owes(line):
        return None
    block = next(contract.block.all("S21.G00.71"))
    return part.declaration.evidence(block, "002")


def _no_category(line: MirrorLine) -> Evidence | None:
    contract = line.contract_state
    if contract is None or contract.status not in NO_CATEGORY:
        return None
    schemes = set(contract.pension_schemes)
    affiliated = {UNIFIED, *BEFORE_2019} & schemes or (not schemes and _owes(line))
    return _contract_evidence(line, "003") if affiliated else None


def cadre_as_other(line: MirrorLine) -> Evidence | None:
    """A category of cadre (40.002) under the status of another (40.003)."""
    contract = line.contract_state
    if contract is None or contract.status != "04":
        return None
    if contract.conventional_status not in CADRE_STATUSES:
        return None
    return _contract_evidence(line, "003")


def no_uncapped(line: MirrorLine) -> Evidence | None:
    """A base 02 without any base 03."""
    codes = {part.base.code for part in line.parts if part.base.amount}
    if CAPPED not in codes or UNCAPPED in codes:
        return None
    part = next(p for p in line.parts if p.base.code == CAPPED and p.base.amount)
    return part.declaration.evidence(part.base.block, "001")


def _no_days(line: MirrorLine) -> Evidence | None:
    part = _own_declaration(line)
    if part is None or line.declared_t1 <= 0:
        return None
    numbers = set(line.contract.split("+"))
    measures = [
        activity
        for pay in part.employee.remunerations
        if pay.contract in numbers and Month.of(pay.start) == line.period
        for activity in pay.activities
        if activity.unit == CEILING_DAYS
    ]
    if not measures or any(activity.measure for activity in measures):
        return None
    return part.declaration.evidence(measures[0].block, "002")


def _code_105(line: MirrorLine) -> Evidence | None:
    if line.period < CODE_105_ENDS:
        return None
    for part in line.parts:
        for contribution in part.base.contributions:
            if contribution.code == "105":
                return part.declaration.evidence(contribution.block, "001")
    return None


def _twice(line: MirrorLine) -> Evidence | None:
    kept = {id(part) for part in distinct(line.parts)}
    for part in line.parts:
        if id(part) not in kept and part.base.code in (CAPPED, UNCAPPED):
            return part.declaration.evidence(part.base.block, "004")
    return None


_CHECKS: tuple[tuple[str, Scope, Check], ...] = (
    ("BLOC_71_ABSENT", Scope.EMPLOYEES, _no_scheme),
    ("REGIME_71_ERRONE", Scope.COMPANY, _wrong_scheme),
    ("STATUT_99_AFFILIE", Scope.EMPLOYEES, _no_category),
    ("STATUT_CADRE_DECLARE_NON_CADRE", Scope.EMPLOYEES, cadre_as_other),
    ("BASE_03_ABSENTE", Scope.EMPLOYEES, no_uncapped),
    ("JOURS_53_A_ZERO", Scope.EMPLOYEES, _no_days),
    ("CODE_105_APRES_2025", Scope.COMPANY, _code_105),
    ("SALARIE_DECLARE_DEUX_FOIS", Scope.EMPLOYEES, _twice),
)

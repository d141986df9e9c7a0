"""The collective agreement declared beside the one of the adhesion."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from miroir.diagnostic.findings import SHOWN
from miroir.types.declaration import Declaration, Evidence
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

CAUSES = ("IDCC_DIFFERENT_DE_L_ADHESION",)
NONE = frozenset({"", "5100", "5501", "9998", "9999"})
"""No branch to compare: unknown or various (5100), of the company (5501), not in
force yet (9998), none (9999). Codes that the DSN takes in 40.017."""


def examine(company: CompanyView) -> Sequence[Finding]:
    """By establishment, when most contracts name another agreement."""
    return list(_findings(company))


def _findings(company: CompanyView) -> Iterator[Finding]:
    differing: dict[str, list[Declaration]] = defaultdict(list)
    for declaration in company.current:
        expected = _agreed(declaration, company)
        if expected and _declared(declaration) not in (None, expected):
            differing[declaration.siret].append(declaration)
    if not differing:
        return
    last = [differing[siret][-1] for siret in sorted(differing)]
    evidence = (piece for each in last for piece in _evidence(each, _declared(each)))
    yield Finding(
        cause="IDCC_DIFFERENT_DE_L_ADHESION",
        scope=Scope.COMPANY,
        # Either may be out of date, and the amounts may well be right.
        status=Status.HYPOTHESIS,
        periods=tuple(
            sorted({each.period for several in differing.values() for each in several})
        ),
        evidence=tuple(islice(evidence, SHOWN)),
        detail=" ; ".join(
            f"établissement {each.siret} : IDCC {_declared(each)} déclaré,"
            f" {_agreed(each, company)} à l’adhésion"
            for each in last
        ),
    )


def _agreed(declaration: Declaration, company: CompanyView) -> str:
    """What the adhesion says at the end of the month; empty when it does not."""
    for condition in company.conditions:
        own = condition.siret in ("", declaration.siret)
        if own and condition.covers(declaration.period.last):
            number = _number(condition.idcc)
            return "" if number in NONE else number
    return ""


def _declared(declaration: Declaration) -> str | None:
    """What more than half of the contracts name (40.017); None without one."""
    numbers: Counter[str] = Counter()
    for idcc, times in declaration.agreements().items():
        numbers[_number(idcc)] += times
    for number, count in numbers.most_common(1):
        if number not in NONE and 2 * count > numbers.total():
            return number
    return None


def _evidence(declaration: Declaration, declared: str | None) -> Iterator[Evidence]:
    for employee in declaration.employees:
        for contract in employee.contracts:
            if _number(contract.idcc) == declared:
                yield declaration.evidence(contract.block, "017")


def _number(idcc: str | None) -> str:
    """Four digits: «573» of a spreadsheet is 0573."""
    return (idcc or "").strip().zfill(4) if (idcc or "").strip() else ""

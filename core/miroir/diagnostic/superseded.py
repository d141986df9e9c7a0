"""What a later declaration has put right in the blocks: no evidence any more.

Amounts correct themselves: a base goes to its month of origin whatever DSN bears
it. A block does not: an affiliation, a scheme or days of an earlier month are
said again by a later DSN, and the first file stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from miroir.recomputation.facts import CAPPED, UNCAPPED, UNIFIED, distinct
from miroir.recomputation.situation import CEILING_DAYS
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Contract, Declaration, Employee
from miroir.types.diagnosis import CompanyView
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

WRONGLY_AFFILIATED = "S21.G00.72"

Later = Sequence[tuple[Declaration, Employee]]
"""An employee as declared after a month, the latest first."""


class Afterwards:
    """What is declared of some employees, month after month."""

    def __init__(self, company: CompanyView, lines: Iterable[MirrorLine]) -> None:
        persons = {line.person for line in lines}
        self._tolerance = company.tolerance
        self._known: dict[tuple[str, PersonNumber], list[tuple[Declaration, Employee]]]
        self._known = defaultdict(list)
        ordered = sorted(company.current, key=lambda one: one.period, reverse=True)
        for declaration in ordered if persons else ():
            for employee in declaration.employees:
                if employee.person in persons:
                    key = declaration.siret, employee.person
                    self._known[key].append((declaration, employee))

    def corrected(self, cause: str, line: MirrorLine) -> bool:
        """Whether a later declaration says what this month left out or said wrong,
        no amount being missing any more."""
        check = _CHECKS.get(cause)
        if check is None or abs(line.gap.total) > self._tolerance:
            return False
        known = self._known[line.siret, line.person]
        return check(line, [one for one in known if one[0].period > line.period])


def _affiliated(line: MirrorLine, later: Later) -> bool:
    """The contract as last declared is attached to the unified scheme (71)."""
    last = next(_contracts(line, later), None)
    return last is not None and UNIFIED in last.pension_schemes


def _affiliation_corrected(line: MirrorLine, later: Later) -> bool:
    """And the wrong affiliation is said to be one (72, with 83 and 84)."""
    wrongly = any(
        block.id == WRONGLY_AFFILIATED
        for _, employee in later
        for block in employee.block.walk()
    )
    return wrongly and _affiliated(line, later)


def _contracts(line: MirrorLine, later: Later) -> Iterator[Contract]:
    numbers = set(line.contract.split("+"))
    for _, employee in later:
        yield from (each for each in employee.contracts if each.number in numbers)


def _days_given(line: MirrorLine, later: Later) -> bool:
    """The days of the month (53, unit 40) under a pay (51) dated of it."""
    numbers = set(line.contract.split("+"))
    return any(
        activity.unit == CEILING_DAYS and activity.measure
        for _, employee in later
        for pay in employee.remunerations
        if pay.contract in numbers and Month.of(pay.start) == line.period
        for activity in pay.activities
    )


def _legacy_cancelled(line: MirrorLine, later: Later) -> bool:
    """The 105 of the month add up to nothing."""
    return not sum(
        each.amount or 0
        for part in line.parts
        for each in part.base.contributions
        if each.code == "105"
    )


def _taken_back(line: MirrorLine, later: Later) -> bool:
    """Every base declared twice has its opposite."""
    kept = {id(part) for part in distinct(line.parts)}
    return not sum(
        part.base.amount
        for part in line.parts
        if part.base.code in (CAPPED, UNCAPPED) and id(part) not in kept
    )


_CHECKS: dict[str, Callable[[MirrorLine, Later], bool]] = {
    "BLOC_71_ABSENT": _affiliated,
    "REGIME_71_ERRONE": _affiliation_corrected,
    "JOURS_53_A_ZERO": _days_given,
    "CODE_105_APRES_2025": _legacy_cancelled,
    "SALARIE_DECLARE_DEUX_FOIS": _taken_back,
}

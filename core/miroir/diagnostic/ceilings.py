"""Errors of ceiling, tried over a whole year: they carry from month to month.

For each error, and for two at once, the year of an employee is summed again
under the wrong ceilings; a month may have been made so when its base 02 is the
one of that wrong year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from miroir import parameters
from miroir.diagnostic.imagined import Case, Imagined, Sums, case_of
from miroir.diagnostic.wrong_years import (
    ABSENCE,
    NOT_PRORATED,
    NOT_REGULARISED,
    ON_LAST_CEILING,
    RIGHT,
    WRONG_YEARS,
    WrongYear,
    came_or_left,
    partial_month,
)
from miroir.recomputation.cumulation import Cumul, month_tranches
from miroir.types.amounts import Cents
from miroir.types.calculation import Basis, MirrorLine, Tranches
from miroir.types.identity import PersonNumber

CENT: Cents = 1

Ways = Mapping[frozenset[str], Sequence[Imagined]]


Year = tuple[str, PersonNumber, str, int]


class Years:
    """The computed lines of a company, by employee and year: what a wrong
    ceiling is summed over."""

    def __init__(self, mirror: Iterable[MirrorLine]) -> None:
        self._lines: dict[Year, list[MirrorLine]] = defaultdict(list)
        self._known: dict[Year, dict[int, Case]] = {}
        for line in mirror:
            if line.computed:
                self._lines[_year(line)].append(line)

    def case(self, line: MirrorLine) -> Case:
        """The case of a line, with the wrong years that its base 02 allows.

        A year is worked out when one of its lines is asked for: nearly all
        lines of a large company never are.
        """
        key = _year(line)
        if key not in self._known:
            self._known[key] = _cases(self._lines[key])
        return self._known[key][id(line)]

    def on_last_ceiling(self, case: Case) -> Iterator[Imagined]:
        """The month on the ceiling of the year before, whatever base 02 says."""
        year = _known(self._lines[_year(case.line)])
        for line, sums, tranches in _summed(year, ON_LAST_CEILING):
            if line is case.line:
                made = replace(tranches, apec=case.tranches.apec)
                yield replace(case.right, tranches=made, sums=sums)


def _year(line: MirrorLine) -> Year:
    return line.siret, line.person, line.contract, line.period.year


def _cases(year: Sequence[MirrorLine]) -> dict[int, Case]:
    sums = _right_sums(year)
    ways = _ways(year) if any(_differs(line) for line in year) else {}
    found = {}
    for line in year:
        case = case_of(line, sums.get(id(line)))
        given = ways.get(id(line), {})
        found[id(line)] = replace(case, ways=_completed(case, given))
    return found


def _differs(line: MirrorLine) -> bool:
    return abs(line.declared_t1 - line.calculation.tranches.t1) > CENT


def _right_sums(year: Sequence[MirrorLine]) -> dict[int, Sums]:
    """The sums behind the right bases; none where something else entered them
    (a contract before this one, months that are missing)."""
    found = {}
    for line, sums, tranches in _summed(_known(year), RIGHT):
        right = line.calculation.tranches
        if (tranches.t1, tranches.t2, tranches.cet) != (right.t1, right.t2, right.cet):
            break
        found[id(line)] = sums
    return found


def _known(year: Sequence[MirrorLine]) -> list[MirrorLine]:
    return [line for line in year if line.calculation.basis is Basis.CUMULATED]


Wrong = dict[frozenset[str], list[tuple[Sums, Tranches]]]
Summed = tuple[MirrorLine, Sums, Tranches]
"""One month, the sums before and after it, and its tranches."""


def _ways(year: Sequence[MirrorLine]) -> dict[int, Wrong]:
    """The wrong years whose base 02 is the declared one, line by line."""
    found: dict[int, Wrong] = defaultdict(lambda: defaultdict(list))
    known = _known(year)
    alone = [line for line in year if line.calculation.basis is not Basis.CUMULATED]
    made: dict[object, list[Summed]] = {}
    for wrong in WRONG_YEARS:
        # Where no month is partial, most wrong years come to the same.
        ceilings = [wrong.ceiling(line) for line in known]
        key = wrong.cumulated, *ceilings
        if key not in made:
            made[key] = list(_summed_on(known, ceilings, wrong.cumulated))
        for line, sums, tranches in made[key]:
            if _possible(line, tranches):
                causes = _named(wrong.causes, year, line)
                found[id(line)][causes].append((sums, tranches))
        # A month alone can be tried even when the ones before are missing.
        for line, sums, tranches in _summed(alone, replace(wrong, cumulated=False)):
            if _shows_alone(line, wrong) and _possible(line, tranches):
                causes = _named(wrong.causes, year, line)
                found[id(line)][causes].append((sums, tranches))
    return found


def _shows_alone(line: MirrorLine, wrong: WrongYear) -> bool:
    """In the month itself: another ceiling than its own, or no regularisation where
    the months that are missing could be estimated."""
    if wrong.cumulated:
        return wrong.ceiling(line) != line.calculation.tranches.ceiling
    estimated = line.calculation.basis is Basis.ESTIMATED
    return estimated and wrong.causes == {NOT_REGULARISED}


def _possible(line: MirrorLine, wrong: Tranches) -> bool:
    right = line.calculation.tranches
    same = (wrong.t1, wrong.t2, wrong.cet) == (right.t1, right.t2, right.cet)
    return not same and abs(line.declared_t1 - wrong.t1) <= CENT


def _completed(case: Case, wrong: Wrong) -> Ways:
    """The imagined months; CET may have stayed on the right sums."""
    right = case.right.tranches
    found: dict[frozenset[str], list[Imagined]] = {}
    for causes, several in wrong.items():
        months = found.setdefault(causes, [])
        for sums, tranches in several:
            apec = tranches.apec if case.line.calculation.tranches.apec else 0
            for cet in dict.fromkeys((tranches.cet, right.cet)):
                made = replace(tranches, cet=cet, apec=apec)
                month = replace(case.right, tranches=made, sums=sums)
                if month not in months:
                    months.append(month)
    return found


def _summed(year: Sequence[MirrorLine], wrong: WrongYear) -> Iterator[Summed]:
    """The tranches of each month under the wrong ceilings."""
    return _summed_on(year, [wrong.ceiling(line) for line in year], wrong.cumulated)


def _summed_on(
    year: Sequence[MirrorLine], ceilings: Sequence[Cents], cumulated: bool
) -> Iterator[Summed]:
    before = Cumul()
    for line, ceiling in zip(year, ceilings, strict=True):
        if not cumulated:
            before = Cumul()
        gross = line.declared_gross
        after = before.plus(gross, ceiling, gross)
        scheme = parameters.scheme(line.period.first)
        yield line, Sums(before, after), month_tranches(before, after, scheme)
        before = after


def _named(
    causes: frozenset[str], year: Sequence[MirrorLine], line: MirrorLine
) -> frozenset[str]:
    """Unprorated months are told apart by why the month was not whole."""
    if NOT_PRORATED not in causes:
        return causes
    partial = [
        each for each in year if each.period <= line.period and partial_month(each)
    ]
    moved = [each for each in partial if came_or_left(each)]
    if partial and len(moved) == len(partial):
        return causes
    return causes - {NOT_PRORATED} | {ABSENCE}

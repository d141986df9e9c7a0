"""Errors of ceiling, tried over a whole year: they carry from month to month.

For each error, and for two at once, the year of an employee is summed again
under the wrong ceilings; a month may have been made so when its base 02 is the
one of that wrong year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from miroir import parameters
from miroir.diagnostic.imagined import Case, Imagined, Sums, case_of
from miroir.errors import BeyondHorizon
from miroir.recomputation.cumulation import Cumul, month_tranches
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import Basis, MirrorLine, Tranches
from miroir.types.declaration import Contract
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

CENT: Cents = 1
LAST_YEAR = "PMSS_ANNEE_PRECEDENTE"
NOT_PRORATED = "PLAFOND_NON_PRORATISE_ENTREE_SORTIE"
ABSENCE = "PLAFOND_ABSENCE_NON_PRORATISEE"
THIRTIETHS = "PLAFOND_TRENTIEME"
NOT_REGULARISED = "REGULARISATION_PROGRESSIVE_ABSENTE"
CEILING_CAUSES = (LAST_YEAR, NOT_PRORATED, ABSENCE, THIRTIETHS, NOT_REGULARISED)

WrongCeiling = Callable[[MirrorLine, Cents], Cents]
"""From a line and the ceiling so far to the wrong one, in cents."""

Ways = Mapping[frozenset[str], Sequence[Imagined]]


@dataclass(frozen=True, slots=True)
class WrongYear:
    """Errors made together: the ceilings they take, and whether pay is summed
    over the year."""

    causes: frozenset[str]
    changes: tuple[WrongCeiling, ...]
    cumulated: bool = True

    def ceiling(self, line: MirrorLine) -> Cents:
        found = _own(line)
        for change in self.changes:
            found = change(line, found)
        return found


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
        for line, sums, tranches in _summed(year, _ON_LAST_CEILING):
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
    for line, sums, tranches in _summed(_known(year), _RIGHT):
        right = line.calculation.tranches
        if (tranches.t1, tranches.t2, tranches.cet) != (right.t1, right.t2, right.cet):
            break
        found[id(line)] = sums
    return found


def _known(year: Sequence[MirrorLine]) -> list[MirrorLine]:
    return [line for line in year if line.calculation.basis is Basis.CUMULATED]


Wrong = dict[frozenset[str], list[tuple[Sums, Tranches]]]


def _ways(year: Sequence[MirrorLine]) -> dict[int, Wrong]:
    """The wrong years whose base 02 is the declared one, line by line."""
    found: dict[int, Wrong] = defaultdict(lambda: defaultdict(list))
    known = _known(year)
    alone = [line for line in year if line.calculation.basis is not Basis.CUMULATED]
    for wrong in _WRONG_YEARS:
        for line, sums, tranches in _summed(known, wrong):
            if _possible(line, tranches):
                causes = _named(wrong.causes, year, line)
                found[id(line)][causes].append((sums, tranches))
        if NOT_REGULARISED in wrong.causes or not wrong.changes:
            continue
        # A month alone can be tried even when the ones before are missing.
        for line, sums, tranches in _summed(alone, replace(wrong, cumulated=False)):
            if _possible(line, tranches):
                causes = _named(wrong.causes, year, line)
                found[id(line)][causes].append((sums, tranches))
    return found


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


def _summed(
    year: Sequence[MirrorLine], wrong: WrongYear
) -> Iterator[tuple[MirrorLine, Sums, Tranches]]:
    """The tranches of each month under the wrong ceilings."""
    before = Cumul()
    for line in year:
        if not wrong.cumulated:
            before = Cumul()
        gross = line.declared_gross
        after = before.plus(gross, wrong.ceiling(line), gross)
        scheme = parameters.scheme(line.period.first)
        yield line, Sums(before, after), month_tranches(before, after, scheme)
        before = after


def _named(
    causes: frozenset[str], year: Sequence[MirrorLine], line: MirrorLine
) -> frozenset[str]:
    """Unprorated months are told apart by why the month was not whole."""
    if NOT_PRORATED not in causes:
        return causes
    partial = [each for each in year if each.period <= line.period and _partial(each)]
    moved = [each for each in partial if _came_or_left(each)]
    if partial and len(moved) == len(partial):
        return causes
    return causes - {NOT_PRORATED} | {ABSENCE}


def _partial(line: MirrorLine) -> bool:
    return line.days is not None and line.days < line.period.days


def _came_or_left(line: MirrorLine) -> bool:
    contract: Contract | None = line.contract_state
    if contract is None:
        return False
    month = line.period
    came = contract.start in month and contract.start != month.first
    left = contract.end is not None and contract.end in month
    return came or left


def _pmss(line: MirrorLine) -> Cents:
    return parameters.ceiling(line.period.first)


def _own(line: MirrorLine) -> Cents:
    return line.calculation.tranches.ceiling


def _last_year(line: MirrorLine, ceiling: Cents) -> Cents:
    try:
        last = parameters.ceiling(Month(line.period.year - 1, 12).first)
    except BeyondHorizon:
        return ceiling
    return round_half_up(Decimal(ceiling) * last / _pmss(line))


def _on_days(line: MirrorLine, ceiling: Cents, ratio: Decimal) -> Cents:
    """The ceiling for another part of the month, the work quota kept."""
    if not _partial(line):
        return ceiling
    whole = Decimal(_pmss(line))
    if line.days:
        whole = min(ceiling * line.period.days / line.days, whole)
    return round_half_up(whole * ratio)


def _whole(line: MirrorLine, ceiling: Cents) -> Cents:
    return _on_days(line, ceiling, Decimal(1))


def _thirtieth_present(line: MirrorLine, ceiling: Cents) -> Cents:
    return _on_days(line, ceiling, min((line.days or Decimal(0)) / 30, Decimal(1)))


def _thirtieth_absent(line: MirrorLine, ceiling: Cents) -> Cents:
    absent = line.period.days - (line.days or Decimal(0))
    return _on_days(line, ceiling, max(30 - absent, Decimal(0)) / 30)


_PRORATIONS: tuple[tuple[str, tuple[WrongCeiling, ...]], ...] = (
    ("", ()),
    (NOT_PRORATED, (_whole,)),
    (THIRTIETHS, (_thirtieth_present,)),
    (THIRTIETHS, (_thirtieth_absent,)),
)
_RIGHT = WrongYear(frozenset(), ())
_ON_LAST_CEILING = WrongYear(frozenset({LAST_YEAR}), (_last_year,))


def _wrong_years() -> Iterator[WrongYear]:
    """One error, or two at once."""
    for name, proration in _PRORATIONS:
        for last in (False, True):
            for cumulated in (True, False):
                causes = {name} if name else set()
                causes |= {LAST_YEAR} if last else set()
                causes |= set() if cumulated else {NOT_REGULARISED}
                # The year changes first: days are counted on its ceiling.
                changes = (*proration, *((_last_year,) if last else ()))
                if 0 < len(causes) <= 2:
                    yield WrongYear(frozenset(causes), changes, cumulated)


_WRONG_YEARS = tuple(_wrong_years())

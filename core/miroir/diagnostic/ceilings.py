"""Errors of ceiling, tried over a whole year: they carry from month to month.

For each error the year is summed again under the wrong ceilings; a line is
explained when base 02 and the contributions are those of that wrong year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from miroir import parameters
from miroir.diagnostic.signatures import CLOSE, case_of
from miroir.errors import BeyondHorizon
from miroir.recomputation.cumulation import Cumul, month_tranches
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import Basis, MirrorLine, Tranches
from miroir.types.declaration import Contract
from miroir.types.period import Month

CENT: Cents = 1

WrongCeiling = Callable[[MirrorLine], Cents]


@dataclass(frozen=True, slots=True)
class WrongYear:
    """One error: the ceilings it takes, and whether it sums over the year."""

    cause: str
    ceiling: WrongCeiling
    cumulated: bool = True


def ceiling_causes(mirror: Iterable[MirrorLine]) -> Mapping[int, tuple[str, ...]]:
    """The ceiling errors that explain each gap line, by `id` of the line."""
    years: dict[tuple[object, ...], list[MirrorLine]] = defaultdict(list)
    for line in mirror:
        key = (line.siret, line.person, line.contract, line.period.year)
        years[key].append(line)
    found: dict[int, list[str]] = defaultdict(list)
    for year in years.values():
        for cause, line in _explained(year):
            if cause not in found[id(line)]:
                found[id(line)].append(cause)
    return {line: tuple(causes) for line, causes in found.items()}


def _explained(year: Sequence[MirrorLine]) -> Iterator[tuple[str, MirrorLine]]:
    known = [line for line in year if line.calculation.basis is Basis.CUMULATED]
    judged = [line for line in year if line.computed]
    if not any(_differs(line) for line in judged):
        return
    for wrong in _WRONG_YEARS:
        started = False
        # A month alone can be tried even when the ones before are missing.
        for line, tranches in _summed(known if wrong.cumulated else judged, wrong):
            touched = wrong.ceiling(line) != _own(line)
            started = started or touched
            concerned = started if wrong.cumulated else touched
            if (concerned or wrong.ceiling is _own) and _matches(line, tranches):
                yield _named(wrong.cause, judged, line), line


def _differs(line: MirrorLine) -> bool:
    return abs(line.declared_t1 - line.calculation.tranches.t1) > CENT


def _summed(
    year: Sequence[MirrorLine], wrong: WrongYear
) -> Iterator[tuple[MirrorLine, Tranches]]:
    """The tranches of each month under the wrong ceilings."""
    before = Cumul()
    for line in year:
        if not wrong.cumulated:
            before = Cumul()
        gross = line.declared_gross
        after = before.plus(gross, wrong.ceiling(line), gross)
        yield line, month_tranches(before, after, case_of(line).rates.scheme)
        before = after


def _matches(line: MirrorLine, wrong: Tranches) -> bool:
    """Declared as the wrong year says; CET may have stayed on the right sums."""
    if abs(line.declared_t1 - wrong.t1) > CENT or not line.gap.total:
        return False
    case, due = case_of(line), line.calculation.tranches
    return any(
        abs(line.gap.c131 - case.shift(replace(wrong, cet=cet))) <= CLOSE
        for cet in {wrong.cet, due.cet}
    )


def _named(cause: str, year: Sequence[MirrorLine], line: MirrorLine) -> str:
    """Unprorated months are told apart by why the month was not whole."""
    if cause != _NOT_PRORATED:
        return cause
    partial = [each for each in year if each.period <= line.period and _partial(each)]
    moved = [each for each in partial if _came_or_left(each)]
    if partial and len(moved) == len(partial):
        return cause
    return "PLAFOND_ABSENCE_NON_PRORATISEE"


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


def _last_year(line: MirrorLine) -> Cents:
    try:
        last = parameters.ceiling(Month(line.period.year - 1, 12).first)
    except BeyondHorizon:
        return _own(line)
    return round_half_up(Decimal(_own(line)) * last / _pmss(line))


def _whole(line: MirrorLine) -> Cents:
    return _pmss(line) if _partial(line) else _own(line)


def _thirtieth_present(line: MirrorLine) -> Cents:
    days = line.days or Decimal(0)
    return round_half_up(_pmss(line) * days / 30) if _partial(line) else _own(line)


def _thirtieth_absent(line: MirrorLine) -> Cents:
    absent = line.period.days - (line.days or Decimal(0))
    wrong = round_half_up(_pmss(line) * (30 - absent) / 30)
    return wrong if _partial(line) else _own(line)


_NOT_PRORATED = "PLAFOND_NON_PRORATISE_ENTREE_SORTIE"
_WRONG_YEARS = (
    WrongYear("PMSS_ANNEE_PRECEDENTE", _last_year),
    WrongYear("PMSS_ANNEE_PRECEDENTE", _last_year, cumulated=False),
    WrongYear(_NOT_PRORATED, _whole),
    WrongYear(_NOT_PRORATED, _whole, cumulated=False),
    WrongYear("PLAFOND_TRENTIEME", _thirtieth_present),
    WrongYear("PLAFOND_TRENTIEME", _thirtieth_absent),
    WrongYear("REGULARISATION_PROGRESSIVE_ABSENTE", _own, cumulated=False),
)

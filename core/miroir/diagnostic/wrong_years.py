"""The errors of ceiling: which ceilings each takes, and two of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from miroir import parameters
from miroir.errors import BeyondHorizon
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Contract
from miroir.types.period import Month

LAST_YEAR = "PMSS_ANNEE_PRECEDENTE"
NOT_PRORATED = "PLAFOND_NON_PRORATISE_ENTREE_SORTIE"
ABSENCE = "PLAFOND_ABSENCE_NON_PRORATISEE"
THIRTIETHS = "PLAFOND_TRENTIEME"
NOT_REGULARISED = "REGULARISATION_PROGRESSIVE_ABSENTE"
CEILING_CAUSES = (LAST_YEAR, NOT_PRORATED, ABSENCE, THIRTIETHS, NOT_REGULARISED)

WrongCeiling = Callable[[MirrorLine, Cents], Cents]
"""From a line and the ceiling so far to the wrong one, in cents."""


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


def partial_month(line: MirrorLine) -> bool:
    return line.days is not None and line.days < line.period.days


def came_or_left(line: MirrorLine) -> bool:
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
    if not partial_month(line):
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
RIGHT = WrongYear(frozenset(), ())
ON_LAST_CEILING = WrongYear(frozenset({LAST_YEAR}), (_last_year,))


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


WRONG_YEARS = tuple(_wrong_years())

"""Errors of ceiling: the contributions follow the declared bases, and base 02
is not what the ceiling gives. What base 02 equals names the error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from miroir import parameters
from miroir.diagnostic.signatures import CLOSE, Case
from miroir.errors import BeyondHorizon
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.declaration import Contract
from miroir.types.period import Month

CENT: Cents = 1


def ceiling_cause(case: Case) -> str | None:
    """The id of the ceiling error that explains a line, None when none does."""
    line = case.line
    if line.calculation.basis is not Basis.CUMULATED or line.gap.c132 > CLOSE:
        return None
    if line.declared_t1 == line.calculation.tranches.t1:
        return None
    if not _follows_declared_bases(case):
        return None
    return next(_named(line), None)


def _follows_declared_bases(case: Case) -> bool:
    line, due = case.line, case.tranches
    second = line.declared_gross - line.declared_t1
    for cet in {due.cet, line.declared_gross if second > 0 else 0}:
        declared = replace(due, t1=line.declared_t1, t2=second, cet=cet)
        if abs(line.gap.c131 - case.shift(declared)) <= CLOSE:
            return True
    return False


def _named(line: MirrorLine) -> Iterator[str]:
    capped, month = line.declared_t1, line.period
    pmss = parameters.ceiling(month.first)
    days = line.days if line.days is not None else Decimal(month.days)
    whole = days >= month.days
    if whole and _near(capped, _last_year(month)):
        yield "PMSS_ANNEE_PRECEDENTE"
    if not whole and _near(capped, min(pmss, line.declared_gross)):
        moved = _came_or_left(line.contract_state, month)
        if moved:
            yield "PLAFOND_NON_PRORATISE_ENTREE_SORTIE"
        else:
            yield "PLAFOND_ABSENCE_NON_PRORATISEE"
    if not whole and any(
        _near(capped, round_half_up(pmss * part / 30))
        for part in (days, 30 - (month.days - days))
    ):
        yield "PLAFOND_TRENTIEME"
    alone = min(line.calculation.tranches.ceiling, line.declared_gross)
    if _near(capped, alone):
        yield "REGULARISATION_PROGRESSIVE_ABSENTE"


def _last_year(month: Month) -> Cents:
    try:
        return parameters.ceiling(month.january.previous.first)
    except BeyondHorizon:
        return -1


def _near(one: Cents, other: Cents) -> bool:
    return abs(one - other) <= CENT


def _came_or_left(contract: Contract | None, month: Month) -> bool:
    if contract is None:
        return False
    came = contract.start in month and contract.start != month.first
    left = contract.end is not None and contract.end in month
    return came or left

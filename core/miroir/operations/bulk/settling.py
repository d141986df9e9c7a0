"""Sums of people read in full whose year turns out to be an ordinary one.

A correction has a person read in full; once it is counted, the year may be
known whole, under one contract and one reading of the ceiling. The sums are
then those that the columns go on from, and next month need no full reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from miroir.recomputation.attachment import Attachment, Unit, shared_numbers
from miroir.recomputation.bulk.calendar import month_of, number_of_day
from miroir.recomputation.company import condition_for
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.due import YearRun, ceiling_of
from miroir.recomputation.facts import MonthFacts, month_facts
from miroir.recomputation.pricing import MonthInput
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Declaration
from miroir.types.period import Month


class Settled(NamedTuple):
    """Where a year stands: the start of the contract, then the values of
    `recomputation.bulk.rows.Sums`, in its order."""

    start: int
    sums: tuple[int | bool, ...]


def settled(
    declarations: Sequence[Declaration],
    conditions: Sequence[AdhesionCondition],
    period: int,
) -> dict[tuple[int, str], Settled]:
    """By SIRET and contract, for one person; empty unless every one is."""
    if shared_numbers(declarations):
        return {}
    units = Attachment(declarations).units()
    month = month_of(period)
    if len({unit.siret for unit in units}) < len(units):
        return {}
    if any(not _ordinary(unit, month) for unit in units):
        return {}
    found = {}
    for unit in units:
        year = _year(unit, month)
        if any(_open(facts) for facts in year):
            return {}
        sums = _sums(unit, year, conditions)
        if sums is None:
            return {}
        key = (int(unit.siret), unit.contract)
        found[key] = Settled(number_of_day(unit.start), sums)
    return found


def _ordinary(unit: Unit, month: Month) -> bool:
    """One contract that never changed, every month of the year at hand."""
    first = max(Month.of(unit.start), month.january)
    months = list(first.until(month))
    return (
        unit.aliases == {(unit.siret, unit.contract)}
        and sorted(unit.months) == months
        and all(
            {contract.start for contract in each.contracts} == {unit.start}
            and not any(contract.changes for contract in each.contracts)
            for each in unit.months.values()
        )
    )


def _year(unit: Unit, month: Month) -> list[MonthFacts]:
    return [month_facts(unit, unit.months[each]) for each in sorted(unit.months)]


def _open(facts: MonthFacts) -> bool:
    """A month that asks for a judgment each time the year is computed."""
    return bool(
        facts.why_not
        or facts.why_declared_bases
        or facts.contract is None
        or ceiling_of(facts).has_option
    )


def _sums(
    unit: Unit, year: Sequence[MonthFacts], conditions: Sequence[AdhesionCondition]
) -> tuple[int | bool, ...] | None:
    """The sums that the reference itself carries; None when they say less."""
    run = YearRun()
    for facts in year:
        assert facts.contract is not None
        last = facts.month.last
        condition = condition_for(unit.siret, facts.contract.status, last, conditions)
        given = MonthInput(
            facts=facts,
            ceiling=ceiling_of(facts),
            rates=rates_for(condition, facts.month.first),
            condition=condition,
            known=True,
            year_ceiling=0,
        )
        run.month(given, optional=False)
    total, reduction = run.cumul, run.reduction.cumul
    if not reduction.complete or reduction.gross != total.gross:
        return None
    amounts = (total.gross, total.ceiling, total.cadre_gross, total.cadre_ceiling)
    return (*amounts, reduction.smic, reduction.given, False)

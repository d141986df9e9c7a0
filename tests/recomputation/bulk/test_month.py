"""The bulk rules are those of the reference, cent for cent."""

from __future__ import annotations

import numpy as np
import pytest
from miroir.recomputation.bulk.rows import MonthRows
from miroir.recomputation.due import best_year

from tests.recomputation.bulk.comparison import (
    Difference,
    bulk_year,
    found_rows,
    from_decimal,
    of_reference,
)
from tests.recomputation.bulk.inputs import inputs_of, rows_of
from tests.recomputation.bulk.population import population
from tests.sweeps import first_measured

YEARS = range(2019, 2027)


@pytest.mark.parametrize("year", first_measured(YEARS))
def test_sure_months_are_those_of_the_reference(year: int) -> None:
    """On every month that is sure, and all of the year before it."""
    people = population(seed=year, count=250, year=year)
    due = bulk_year(people)
    found = [found_rows(month) for month in due]
    compared = 0
    for employee in range(250):
        ranks = [r for r in range(12) if people.present[r][employee]]
        sure = [rank for rank in ranks if due[rank].sure[employee]]
        assert ranks[: len(sure)] == sure
        inputs = inputs_of(people, employee)[: len(sure)]
        if not sure:
            continue
        expected = best_year(inputs).months
        for rank, other in zip(sure, expected, strict=True):
            mine, theirs = found[rank][employee], of_reference(other)
            difference = Difference(employee, people.months[rank], mine, theirs)
            assert mine == theirs, difference
            compared += 1
    assert compared > 1_000


@pytest.mark.parametrize("year", first_measured(YEARS))
def test_the_decimal_year_agrees_with_the_bulk_rules(year: int) -> None:
    people = population(seed=100 + year, count=400, year=year)
    assert [str(each) for each in from_decimal(people)] == []


@pytest.mark.parametrize("year", [2019, 2026])
def test_columns_hold_all_that_the_facts_of_the_reference_say(year: int) -> None:
    people = population(seed=7, count=120, year=year)
    for rank, rows in enumerate(people.rows):
        here = np.flatnonzero(people.present[rank])
        inputs = [inputs_of(people, int(row)) for row in here]
        month = people.months[rank]
        facts = [
            given.facts
            for each in inputs
            for given in each
            if given.facts.month == month
        ]
        assert _same(rows_of(facts), rows.take(here))


def _same(built: MonthRows, given: MonthRows) -> bool:
    quotas = built.worked * given.reference == given.worked * built.reference
    quotas |= given.days == 0
    names = set(MonthRows.__dataclass_fields__) - {"worked", "reference"}
    reduced = given.reduced_days_contract & (given.worked < given.reference)
    names -= {"reduced_days_contract"}
    same = (getattr(built, name) == getattr(given, name) for name in sorted(names))
    alike = built.reduced_days_contract == reduced
    return bool(quotas.all() and alike.all() and all(each.all() for each in same))

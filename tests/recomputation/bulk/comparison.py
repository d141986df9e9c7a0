"""The bulk rules beside others: how many months were compared, and which differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from miroir.recomputation.bulk.month import year_due
from miroir.recomputation.bulk.rows import NO_END, MonthDue, MonthRows
from miroir.recomputation.bulk.tariffs import tariffs_of
from miroir.recomputation.due import MonthDue as ReferenceDue
from miroir.types.period import Month

from tests.recomputation.bulk.decimal_year import (
    DecimalYear,
    MonthFound,
    MonthGiven,
    condition_rates,
)
from tests.recomputation.bulk.population import EPOCH, Population

_DUE = tuple(MonthFound._fields)
_COLUMNS = (
    "due_131",
    "due_132",
    "due_106",
    "declared_131",
    "ceiling",
    "t1",
    "t2",
    "cet",
    "apec",
    "exempted",
)


def bulk_year(people: Population) -> Sequence[MonthDue]:
    """The year of everyone by the bulk rules."""
    tariffs = [tariffs_of(people.conditions, month.first) for month in people.months]
    due, _ = year_due(people.rows, tariffs, people.tariff)
    return due


def found_rows(due: MonthDue) -> Sequence[MonthFound]:
    """The columns of a month, employee by employee."""
    columns = [getattr(due, name).tolist() for name in _COLUMNS]
    return [MonthFound(*values) for values in zip(*columns, strict=True)]


def of_reference(due: ReferenceDue) -> MonthFound:
    bases = due.tranches
    return MonthFound(
        due.due.c131,
        due.due.c132,
        due.due.c106,
        due.declared.c131,
        bases.ceiling,
        bases.t1,
        bases.t2,
        bases.cet,
        bases.apec,
        due.exempted,
    )


def given_rows(rows: MonthRows) -> Sequence[MonthGiven]:
    """Every row as the Decimal year takes it."""
    names = [
        "start",
        "end",
        "status",
        "days",
        "worked",
        "reference",
        "reduced_days_contract",
        "apprentice",
        "gross",
        "cadre_gross",
        "declared_131",
        "declared_132",
        "declared_106",
        "legacy_105",
        "exempt_109",
        "reduction_018",
        "reduction_106",
        "smic",
        "has_018",
        "has_106",
    ]
    columns = [getattr(rows, name).tolist() for name in names]
    return [_given(*values) for values in zip(*columns, strict=True)]


def _given(start: int, end: int, *values: int) -> MonthGiven:
    *others, c018, c106, smic, has_018, has_106 = values
    return MonthGiven._make(
        (
            _day(start),
            None if end == NO_END else _day(end),
            *others,
            c018 if has_018 else None,
            c106 if has_106 else None,
            smic,
        )
    )


_DAYS: dict[int, date] = {}


def _day(number: int) -> date:
    if number not in _DAYS:
        _DAYS[number] = EPOCH + timedelta(days=number)
    return _DAYS[number]


@dataclass(frozen=True, slots=True)
class Difference:
    """One month of one employee on which two computations disagree."""

    employee: int
    month: Month
    bulk: MonthFound
    other: MonthFound

    def __str__(self) -> str:
        apart = [
            f"{name} {mine} instead of {theirs}"
            for name, mine, theirs in zip(_DUE, self.bulk, self.other, strict=True)
            if mine != theirs
        ]
        return f"employee {self.employee}, {self.month}: {', '.join(apart)}"


def from_decimal(people: Population) -> Iterator[Difference]:
    """Where the bulk rules differ from the Decimal year.

    Rows that are not sure are compared too: both then follow the rule.
    """
    years = [DecimalYear() for _ in range(len(people.rows[0]))]
    due = bulk_year(people)
    for rank, month in enumerate(people.months):
        every = [None, *people.conditions]
        rates = [condition_rates(each, month) for each in every]
        tariff = people.tariff[rank].tolist()
        present = people.present[rank].tolist()
        given, found = given_rows(people.rows[rank]), found_rows(due[rank])
        for employee, year in enumerate(years):
            if not present[employee]:
                continue
            other = year.month(month, given[employee], rates[tariff[employee]])
            if other != found[employee]:
                yield Difference(employee, month, found[employee], other)

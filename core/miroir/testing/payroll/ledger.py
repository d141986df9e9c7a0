"""The two books of a company: what was due, and what its payroll made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from miroir.testing.payroll.beside import EVERY_CAUSE
from miroir.testing.payroll.cause import Cause
from miroir.testing.payroll.model import Company, Habits, Person
from miroir.testing.payroll.reduction import Reduced
from miroir.testing.payroll.rules import RIGHT, Rules
from miroir.testing.payroll.slips import Slip, slips

Book = Mapping[str, Mapping[int, tuple[Slip, ...]]]
"""Payslips by person, then by month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One cause at work. `people`: their numbers, None for everybody.

    `since`: the first month concerned, `until` the last.
    """

    name: str
    people: frozenset[str] | None = None
    since: int = 1
    until: int = 12

    @property
    def cause(self) -> Cause:
        return EVERY_CAUSE[self.name]

    def concerns(self, number: str, month: int) -> bool:
        known = self.people is None or number in self.people
        return known and self.since <= month <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What a simulation works on."""

    company: Company
    year: int
    months: int
    habits: Habits
    faults: Sequence[Fault] = ()

    @property
    def range(self) -> range:
        return range(1, self.months + 1)


def person_slips(
    year: Year, person: Person, rules: Rules
) -> dict[int, tuple[Slip, ...]]:
    found: dict[int, tuple[Slip, ...]] = dict.fromkeys(year.range, ())
    for contract in person.contracts:
        own = slips(year.company, contract, year.year, year.range, rules, year.habits)
        for month, made in own.items():
            found[month] += made
    return found


def due_book(year: Year) -> Book:
    return {
        person.number: person_slips(year, person, RIGHT)
        for person in year.company.people
    }


def declared_book(year: Year, due: Book) -> Book:
    """The due payslips, those that a fault of arithmetic concerns computed
    under its rules."""
    return {
        person.number: _declared(year, person, due[person.number])
        for person in year.company.people
    }


def _declared(
    year: Year, person: Person, due: Mapping[int, tuple[Slip, ...]]
) -> dict[int, tuple[Slip, ...]]:
    found = dict(due)
    by_rules: dict[Rules, dict[int, tuple[Slip, ...]]] = {}
    for month in year.range:
        rules = _rules(year, person.number, month)
        if rules == RIGHT:
            continue
        if rules not in by_rules:
            by_rules[rules] = person_slips(year, person, rules)
        found[month] = by_rules[rules][month]
    return found


def _rules(year: Year, number: str, month: int) -> Rules:
    """The defaults, changed by every fault that concerns this payslip."""
    rules = RIGHT
    for fault in year.faults:
        if fault.concerns(number, month):
            wrong = fault.cause.rules
            changes = {
                name: getattr(wrong, name)
                for name in Rules.__slots__
                if getattr(wrong, name) != getattr(RIGHT, name)
            }
            rules = replace(rules, **changes)
    return rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Pay left out of its month and declared the next one, with its period.

    `first` replaces the payslip of the month; `rest` is added to the next.
    """

    number: str
    month: int
    first: Slip
    rest: Slip


_FORGOTTEN = 50_000
"""500.00 € of pay."""


def late_pay(year: Year, due: Book) -> list[Late]:
    """One late pay by person concerned, in the last month but one."""
    found = []
    for fault in year.faults:
        for person in year.company.people:
            named = fault.people is not None and person.number in fault.people
            if fault.cause.late_pay and named and year.months > 1:
                found.append(_late(year, person, due[person.number]))
    return found


def _late(year: Year, person: Person, due: Mapping[int, tuple[Slip, ...]]) -> Late:
    month = year.months - 1
    contract = person.contracts[0]
    whole = contract.pays[month]
    short = {**contract.pays, month: replace(whole, wage=whole.wage - _FORGOTTEN)}
    without = replace(person, contracts=(replace(contract, pays=short),))
    first = replace(person_slips(year, without, RIGHT)[month][0], contract=contract)
    return Late(
        number=person.number,
        month=month,
        first=first,
        rest=difference(due[month][0], first),
    )


def difference(whole: Slip, part: Slip) -> Slip:
    c132 = None
    if whole.c132 is not None or part.c132 is not None:
        c132 = (whole.c132 or 0) - (part.c132 or 0)
    c106 = (whole.reduced.c106 or 0) - (part.reduced.c106 or 0)
    return replace(
        whole,
        gross=whole.gross - part.gross,
        base_02=whole.base_02 - part.base_02,
        under_02=whole.under_02 - part.under_02,
        under_03=whole.under_03 - part.under_03,
        c132=c132,
        employer_t1=whole.employer_t1 - part.employer_t1,
        employer_t2=whole.employer_t2 - part.employer_t2,
        reduced=Reduced(
            c018=whole.reduced.c018 - part.reduced.c018,
            c106=c106 or None,
            smic=whole.reduced.smic,
        ),
    )

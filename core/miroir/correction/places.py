"""Where corrections go: the latest declaration, contract and base of each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from miroir.correction.draft import LineKey, UnitKey, key_of
from miroir.correction.due_dates import Calendar, Deposit, calendars_of
from miroir.declaration.norm import KNOWN_VERSIONS
from miroir.declaration.reading import MONTHLY
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Contract, Declaration, Employee
from miroir.types.diagnosis import CompanyView
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


@dataclass(frozen=True, slots=True)
class Place:
    """The latest declaration that names a person in an establishment."""

    declaration: Declaration
    employee: Employee


class Places:
    """What was declared last, and which deposit comes next, on a day."""

    def __init__(self, company: CompanyView, on: date) -> None:
        self.on = on
        self.calendars = calendars_of(company)
        self._conditions, self._payments = company.conditions, company.payments
        self._latest: dict[tuple[str, PersonNumber], Place] = {}
        self._last: dict[str, Declaration] = {}
        self._own: dict[tuple[str, Month, PersonNumber], Declaration] = {}
        self._open: dict[tuple[str, Month], bool] = {}
        self._lines = {key_of(line): line for line in company.mirror}
        self._contracts: dict[UnitKey, tuple[Month, Contract]] = {}
        monthly = [one for one in company.current if one.nature == MONTHLY]
        for declaration in sorted(monthly, key=lambda one: one.period):
            self._remember(declaration)
        for line in company.mirror:
            self._remember_contract(line)

    def _remember(self, declaration: Declaration) -> None:
        siret, month = declaration.siret, declaration.period
        self._last[siret] = declaration
        for employee in declaration.employees:
            place = Place(declaration, employee)
            self._latest[siret, employee.person] = place
            self._own[siret, month, employee.person] = declaration

    def _remember_contract(self, line: MirrorLine) -> None:
        unit, contract = key_of(line).unit, line.contract_state
        known = self._contracts.get(unit)
        if contract is not None and (known is None or known[0] <= line.period):
            self._contracts[unit] = line.period, contract

    def line(self, key: LineKey) -> MirrorLine:
        """The line as it was analysed."""
        return self._lines[key]

    def calendar(self, siret: str) -> Calendar:
        return self.calendars[siret]

    def latest(self, unit: UnitKey) -> Place:
        return self._latest[unit.siret, unit.person]

    def read_latest(self, units: Iterable[UnitKey]) -> None:
        """Have the persons of some units read in full, together."""
        persons: dict[int, tuple[Declaration, set[PersonNumber]]] = {}
        for unit in units:
            declaration = self.latest(unit).declaration
            known = persons.setdefault(id(declaration), (declaration, set()))
            known[1].add(unit.person)
        for declaration, own in persons.values():
            declaration.naming(own)

    def declaration(self, siret: str) -> Declaration:
        """The latest monthly declaration of an establishment."""
        return self._last[siret]

    def institution(self, siret: str) -> str:
        """Whom the establishment has to pay; empty when nothing says it."""
        day = self._last[siret].period.last
        for condition in self._conditions:
            if condition.siret in ("", siret) and condition.covers(day):
                return condition.institution
        own = [gap for gap in self._payments if gap.siret == siret and gap.institution]
        return own[-1].institution.split(", ")[0] if own else ""

    def overpaid(self, siret: str) -> Mapping[Month, Cents]:
        """What was paid beyond the details, by month: it pays what the plan
        adds to them."""
        return {
            gap.period: gap.amount
            for gap in self._payments
            if gap.siret == siret and gap.amount > 0 and not gap.accepted
        }

    def contract(self, unit: UnitKey) -> Contract:
        """The unit's contract as it was declared last."""
        return self._contracts[unit][1]

    def deposit(self, siret: str) -> Deposit:
        """The next deposit that can still be made and was not made yet."""
        calendar = self.calendar(siret)
        month = calendar.open_month(self.on)
        return calendar.deposit(max(month, self._last[siret].period.next))

    def replaced(self, key: LineKey) -> Declaration | None:
        """The line's own declaration, when it can still be replaced."""
        unit, month = key
        open_ = self._open.get((unit.siret, month))
        if open_ is None:
            open_ = self.calendar(unit.siret).can_replace(month, self.on)
            self._open[unit.siret, month] = open_
        return None if not open_ else self._own.get((unit.siret, month, unit.person))

    def dates(self, key: LineKey) -> tuple[date, date]:
        """The days that the line's bases cover, within its month."""
        month, contract = key.period, self.contract(key.unit)
        if (days := self.line(key).covered) is not None:
            return days
        first = max(month.first, contract.start)
        return first, min(month.last, contract.end or month.last)


def norm_of(month: Month, latest: str) -> str:
    """The version of the norm for a month: the one of its year, where known."""
    wanted = f"P{month.year % 100:02d}V01"
    return wanted if wanted in KNOWN_VERSIONS else max(latest, KNOWN_VERSIONS[-1])

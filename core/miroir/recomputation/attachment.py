"""From declarations to units: a person, its contracts, its months of origin.

A unit is what one ceiling applies to: one person in one establishment, with
its contract, or with several when they overlap in time. Bases go to the month
of their own period, so that a later regularisation closes the gap of the
month it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from miroir.types.calculation import DeclaredPart
from miroir.types.declaration import (
    Base,
    Contract,
    ContractChange,
    Declaration,
    Employee,
    Remuneration,
)
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

SUBSTITUTION = "09"


@dataclass(slots=True)
class UnitMonth:
    """What is known of a unit for one month.

    `at_hand`: the month's own declaration is there and says something of the
    person's month; without it, only later corrections are known.
    """

    month: Month
    parts: list[DeclaredPart] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    remunerations: list[Remuneration] = field(default_factory=list)
    at_hand: bool = False


@dataclass(slots=True)
class Unit:
    """One person in one establishment under one contract, or several at once."""

    siren: str
    siret: str
    person: PersonNumber
    numbers: list[str]
    start: date
    end: date | None = None
    months: dict[Month, UnitMonth] = field(default_factory=dict)
    changed: list[tuple[Month, Contract]] = field(default_factory=list)
    aliases: set[tuple[str, str]] = field(default_factory=set)

    @property
    def contract(self) -> str:
        return "+".join(self.numbers)

    def at(self, month: Month) -> UnitMonth:
        return self.months.setdefault(month, UnitMonth(month))


Identity = tuple[PersonNumber, str]
"""A number and, when two people bear it, who of them."""


class Attachment:
    """Builds the units of one company from its current declarations."""

    def __init__(self, declarations: Sequence[Declaration]) -> None:
        self._units: dict[tuple[str, Identity], list[Unit]] = {}
        self._by_person: dict[Identity, list[Unit]] = {}
        self._shared = shared_numbers(declarations)
        for declaration in sorted(
            declarations, key=lambda d: (d.period, d.siret, d.fraction, d.nature)
        ):
            self._add(declaration)
        for unit in self.units():
            _apply_late_changes(unit)
            for month in unit.months.values():
                _substitute(month)

    def _add(self, declaration: Declaration) -> None:
        for employee in declaration.employees:
            found = self._contracts(declaration, employee)
            self._attach_bases(declaration, employee, found)

    def units(self) -> tuple[Unit, ...]:
        """Every unit, by establishment, person and contract."""
        every = (unit for units in self._units.values() for unit in units)
        return tuple(
            sorted(every, key=lambda u: (u.siret, u.person, u.start, u.contract))
        )

    def _identity(self, employee: Employee) -> Identity:
        if employee.person not in self._shared:
            return employee.person, ""
        return employee.person, identity_of(employee)

    def _contracts(
        self, declaration: Declaration, employee: Employee
    ) -> dict[str, Unit]:
        """The unit of each contract that the employee has in a declaration."""
        found: dict[str, Unit] = {}
        # One who left, or is declared again for the past only, has no pay and
        # no base of the month: the month adds nothing to the year.
        present = says_something(employee, declaration.period)
        for contract in employee.contracts:
            unit = self._unit_for(declaration, employee, contract)
            found[contract.number] = unit
            if contract.changes:
                unit.changed.append((declaration.period, contract))
            if not present:
                continue
            month = unit.at(declaration.period)
            month.at_hand = True
            if all(known.number != contract.number for known in month.contracts):
                month.contracts.append(contract)
            unit.end = contract.end or unit.end
        for pay in employee.remunerations:
            unit_of_pay = found.get(pay.contract)
            if unit_of_pay is not None:
                unit_of_pay.at(Month.of(pay.start)).remunerations.append(pay)
        return found

    def _unit_for(
        self, declaration: Declaration, employee: Employee, contract: Contract
    ) -> Unit:
        identity = self._identity(employee)
        key = (declaration.siret, identity)
        here = self._units.setdefault(key, [])
        unit = (
            self._same(here, declaration.siret, contract)
            or self._changed(declaration, employee, contract)
            or _overlapping(here, contract)
        )
        if unit is None:
            unit = Unit(
                declaration.siren,
                declaration.siret,
                employee.person,
                [],
                contract.start,
            )
            here.append(unit)
            self._by_person.setdefault(identity, []).append(unit)
        if contract.number not in unit.numbers:
            unit.numbers.append(contract.number)
        unit.start = min(unit.start, contract.start)
        unit.aliases.add((declaration.siret, contract.number))
        return unit

    @staticmethod
    def _same(here: list[Unit], siret: str, contract: Contract) -> Unit | None:
        """Same number, and same start unless block 41 corrects it."""
        starts = {contract.start}
        starts.update(change.start for change in contract.changes if change.start)
        for unit in reversed(here):
            if (siret, contract.number) in unit.aliases and (
                unit.start in starts or len(unit.numbers) > 1
            ):
                return unit
        return None

    def _changed(
        self, declaration: Declaration, employee: Employee, contract: Contract
    ) -> Unit | None:
        """The contract under its old number or establishment (block 41)."""
        for change in contract.changes:
            if change.number is None and change.siret is None:
                continue
            alias = (
                change.siret or declaration.siret,
                change.number or contract.number,
            )
            for unit in self._by_person.get(self._identity(employee), ()):
                if alias in unit.aliases:
                    return unit
        return None

    def _attach_bases(
        self, declaration: Declaration, employee: Employee, found: dict[str, Unit]
    ) -> None:
        if not found:
            return
        for base in employee.bases:
            unit = found.get(base.contract or "") or _likeliest(found, base)
            part = DeclaredPart(declaration=declaration, employee=employee, base=base)
            unit.at(base.month).parts.append(part)


def says_something(employee: Employee, month: Month) -> bool:
    """Whether pay or bases of the month itself are declared."""
    paid = any(Month.of(pay.start) == month for pay in employee.remunerations)
    return paid or any(base.month == month for base in employee.bases)


def identity_of(employee: Employee) -> str:
    """Name, first names and birth date as declared, to tell two people apart."""
    parts = (employee.family_name, employee.first_names, employee.birth_date)
    return "|".join(part.strip().upper() for part in parts)


def shared_numbers(declarations: Iterable[Declaration]) -> frozenset[PersonNumber]:
    """Numbers under which one declaration names two different people."""
    shared = set()
    for declaration in declarations:
        seen: dict[PersonNumber, Employee] = {}
        for employee in declaration.employees:
            first = seen.setdefault(employee.person, employee)
            if first is not employee and identity_of(first) != identity_of(employee):
                shared.add(employee.person)
    return frozenset(shared)


def _likeliest(found: dict[str, Unit], base: Base) -> Unit:
    """The unit of a base that names no contract: the one alive when it starts."""
    alive = [unit for unit in found.values() if _alive(unit, base.start)]
    return (alive or list(found.values()))[0]


def _alive(unit: Unit, day: date) -> bool:
    return unit.start <= day <= (unit.end or date.max)


_MODALITIES = (
    "status",
    "quota",
    "reference_quota",
    "modality",
    "full_time_contribution",
)
"""What block 41 may change of how a contract is computed."""


def _apply_late_changes(unit: Unit) -> None:
    """What a later block 41 says of earlier months.

    Its value is the one before its date, block 40 holds the one since: months
    between that date and the declaration were declared under the old value
    (CT2025.1.3, pages 22 to 24).
    """
    for declared_in, contract in unit.changed:
        for change in contract.changes:
            for month in unit.months.values():
                if change.since <= month.month.last and month.month < declared_in:
                    month.contracts = [
                        _changed_since(known, contract, change)
                        for known in month.contracts
                    ]


def _changed_since(
    known: Contract, declared: Contract, change: ContractChange
) -> Contract:
    """A contract as it is known since a change; another one stays as it is."""
    if known.number not in (declared.number, change.number):
        return known
    new = {
        name: getattr(declared, name)
        for name in _MODALITIES
        if getattr(change, name) is not None
    }
    if not new:
        return known
    return replace(known, changes=(*known.changes, change), **new)


def _substitute(month: UnitMonth) -> None:
    """A substitution (nature 09) of the month itself is its newer truth.

    It takes the place of the same bases of the month's declaration; what a
    later declaration attaches to the month still adds.
    """
    newer = {
        part.base.code
        for part in month.parts
        if part.declaration.nature == SUBSTITUTION
        and part.declaration.period == month.month
    }
    if newer:
        month.parts = [
            part
            for part in month.parts
            if part.declaration.nature == SUBSTITUTION
            or part.declaration.period != month.month
            or part.base.code not in newer
        ]


def _overlapping(here: Iterable[Unit], contract: Contract) -> Unit | None:
    """A unit whose contracts run at the same time: one ceiling for all."""
    for unit in here:
        unit_end = unit.end or date.max
        contract_end = contract.end or date.max
        if contract.start <= unit_end and unit.start <= contract_end:
            return unit
    return None

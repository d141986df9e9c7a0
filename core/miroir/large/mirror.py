"""The mirror of a company some employees of which wait in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from miroir.large.contracts import contract_of, day_of
from miroir.large.declarations import WaitingDeclaration
from miroir.large.lines import lines_of
from miroir.large.months import CompanyRows, Told, told_by_columns
from miroir.recomputation.bulk.rows import Mask
from miroir.recomputation.company import mirror
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Contract, Declaration
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

FEW = 200
"""Lines that are read one by one; once more are asked for, all are at once."""


def large_mirror(
    declarations: Sequence[Declaration], conditions: Sequence[AdhesionCondition]
) -> tuple[MirrorLine, ...]:
    """As `recomputation.company.mirror`, equal line by line."""
    rows = CompanyRows.of(
        [each for each in declarations if isinstance(each, WaitingDeclaration)]
    )
    told = told_by_columns(rows, conditions, _read_in_full(declarations, rows))
    others = [each for each in declarations if not isinstance(each, WaitingDeclaration)]
    reference = mirror([*_holding(rows, ~told.told, alone=False), *others], conditions)
    by_columns = sorted(
        lines_of(told, _Behind(told, conditions)), key=lambda line: line.period
    )
    # A person is in one of the two, which are in order for each person.
    lines = [*reference, *by_columns]
    lines.sort(key=lambda line: (line.siret, line.person.reveal()))
    return tuple(lines)


def _read_in_full(declarations: Sequence[Declaration], rows: CompanyRows) -> list[int]:
    """The waiting persons of whom some month did not wait."""
    ranks = {person: rank for rank, person in enumerate(rows.persons)}
    found: set[int] = set()
    for each in declarations:
        held = each.waiting.head if isinstance(each, WaitingDeclaration) else each
        found.update(ranks.get(employee.person, -1) for employee in held.employees)
    return sorted(found - {-1})


def _holding(rows: CompanyRows, wanted: Mask, *, alone: bool) -> list[Declaration]:
    """The declarations with some of the waiting employees, read in full."""
    return [
        declaration.holding(
            rows.rank[wanted & (rows.place == place)].tolist(), alone=alone
        )
        for place, declaration in enumerate(rows.declarations)
    ]


class _Behind:
    """The lines of the reference behind those of the columns, as `lines.Behind`."""

    def __init__(self, told: Told, conditions: Sequence[AdhesionCondition]) -> None:
        self._told = told
        self._conditions = conditions
        self._lines: dict[tuple[PersonNumber, str, Month], MirrorLine] = {}
        self._contracts: dict[int, Contract] = {}
        self._asked = 0

    def line(self, row: int) -> MirrorLine:
        """The line of a row, with all those of the same person."""
        rows = self._told.rows
        declaration = rows.declarations[int(rows.place[row])]
        person = rows.persons[int(rows.person[row])]
        key = (person, declaration.siret, declaration.period)
        if key not in self._lines:
            self._asked += 1
            wanted = self._told.told
            if self._asked <= FEW:
                wanted = rows.person == rows.person[row]
            self._read(wanted)
        return self._lines[key]

    def contract(self, row: int, number: str) -> Contract:
        """The contract of a row, read in full for what the columns lack."""
        found = self._contracts.get(row)
        if found is None:
            found = contract_of(self._told, row, number, lambda: self._whole(row))
            self._contracts[row] = found
        return found

    def declared_109(self, row: int) -> tuple[Cents, Cents]:
        rows = self._told.rows
        return int(rows.shapes.base_109[row]), int(rows.facts.exempt_109[row])

    def covered(self, row: int) -> tuple[date, date]:
        # A row that is told has a base 03.
        shapes = self._told.rows.shapes
        return day_of(int(shapes.first[row])), day_of(int(shapes.last[row]))

    def reduced(self, row: int) -> bool:
        return bool(self._told.rows.shapes.reduced[row])

    def smic_held(self, row: int) -> bool:
        return bool(self._told.rows.shapes.smic_held[row])

    def _whole(self, row: int) -> Contract:
        contract = self.line(row).contract_state
        assert contract is not None  # one contract, or the row would not be told
        return contract

    def _read(self, wanted: Mask) -> None:
        for line in mirror(
            _holding(self._told.rows, wanted, alone=True), self._conditions
        ):
            self._lines[line.person, line.siret, line.period] = line

"""The wanted blocks of the employees of an arena, and which are odd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from miroir.declaration.columns.codes import EMPLOYEE, codes
from miroir.declaration.columns.instances import Asked, Found, Instances
from miroir.declaration.columns.lines import Lines
from miroir.declaration.columns.tables import Column, Ints, Mask, Table
from miroir.declaration.columns.wanted import REQUIRED, STRUCTURE
from miroir.declaration.norm import KNOWN_VERSIONS, load

BASE = "S21.G00.78"
ESTABLISHMENT = "S21.G00.11"


@dataclass(frozen=True, slots=True, eq=False)
class Employees:
    """`end`: byte after the last of each employee, in its file; `outside`:
    lines in doubt that belong to no employee."""

    tables: Mapping[str, Table]
    end: Ints
    odd: Mask
    outside: Ints


def employees_of(
    instances: Instances,
    lines: Lines,
    declarations: Ints,
    running: int,
    wanted: Asked,
) -> Employees:
    """`declarations`: instances of the heads of the arena; `running`: number
    of the declaration open before the first of them."""
    reader = _Reader(instances, lines, declarations, running)
    found = instances.found(wanted)
    tables = {
        block: reader.table(block, {code: found[code] for code in own})
        for block, own in _by_block(wanted).items()
    }
    misplaced = instances.misplaced()
    if len(misplaced) or instances.starts_badly:
        reader.doubt(instances.line[misplaced])
        tables = reader.without_strays(tables)
    reader.doubt(lines.odd)
    return Employees(tables, reader.end, reader.odd, np.array(reader.outside, np.int64))


def declarations_of(
    instances: Instances, lines: Lines, declarations: Ints, running: int, rows: Ints
) -> Ints:
    """The number in the scan of the declaration of each of these instances; -1
    where the file has none so far: the file is odd, and they belong to nobody.
    `declarations`, `running`: as in `employees_of`."""
    own = np.searchsorted(declarations, rows, "right")
    places, line = lines.places, instances.line
    head = np.append(-1, places.part(line[declarations]))
    if not instances.first_is_whole:
        head[0] = 0
    same = head[own] == places.part(line[rows])
    return np.where(same, own + running, -1)


@lru_cache(maxsize=4)
def _by_block(wanted: Asked) -> Mapping[str, tuple[str, ...]]:
    blocks: dict[str, tuple[str, ...]] = dict.fromkeys(sorted(STRUCTURE), ())
    for code, _ in wanted:
        blocks[code[:10]] = (*blocks.get(code[:10], ()), code)
    return blocks


class _Reader:
    """Blames what is not sound on the employee that it stands in."""

    def __init__(
        self, instances: Instances, lines: Lines, declarations: Ints, running: int
    ) -> None:
        self._instances = instances
        self._lines = lines
        self._declarations = declarations
        self._running = running
        rows = instances.rows(EMPLOYEE)
        self._first = instances.line[rows]
        outside = ~codes().below[instances.block]
        borders = np.append(instances.line[outside], len(lines.code))
        self._last = borders[np.searchsorted(borders, self._first, "right")]
        self.odd = np.zeros(len(rows), bool)
        self.outside: list[int] = []
        self.end = self._ends()

    def _ends(self) -> Ints:
        """The byte after the last line of each employee, in its file."""
        lines, last = self._lines, self._last - 1
        after: Ints = np.append(lines.start, lines.used)[self._last]
        end: Ints = after - lines.start[last] + lines.places.offsets(last)
        return end

    def doubt(self, at: Ints) -> None:
        """Lines in doubt: their employee is odd, or their file is."""
        own = np.searchsorted(self._first, at, "right") - 1
        within = own >= 0
        within[within] = at[within] < self._last[own[within]]
        self.odd[own[within]] = True
        self.outside.extend(at[~within].tolist())

    def table(self, block: str, found: Mapping[str, Found]) -> Table:
        rows = self._instances.rows(block)
        first = self._instances.line[rows]
        for code, each in found.items():
            if len(each.doubtful):
                self.doubt(each.doubtful)
            if code in REQUIRED and not each.everywhere:
                self.doubt(first[~each.present])
        columns = {code[11:]: _column_of(each) for code, each in found.items()}
        if block == BASE:
            self.doubt(first[columns["003"].values < columns["002"].values])
        return Table(block, self._parent(block, rows), first, columns)

    def without_strays(self, tables: Mapping[str, Table]) -> dict[str, Table]:
        """The same tables without the rows of odd employees, or of no employee,
        whose nearest parent belongs to somebody else."""
        found = dict(tables)
        owners = {EMPLOYEE: np.arange(len(self._first))}
        rows = {EMPLOYEE: owners[EMPLOYEE]}
        for block, above in _below_employee(tuple(tables)):
            table = tables[block]
            own = np.searchsorted(self._first, table.first, "right") - 1
            keep = (own >= 0) & (table.parent >= 0)
            keep[keep] &= table.first[keep] < self._last[own[keep]]
            parent = table.parent[keep]
            keep[keep] &= owners[above][parent] == own[keep]
            self.odd[own[~keep & (own >= 0)]] = True
            # An owner that no row has: what hangs from a stray is one too.
            owners[block] = np.where(keep, own, -2)
            rows[block] = np.cumsum(keep) - 1
            found[block] = _taken(table, keep, rows[above])
        return found

    def _parent(self, block: str, rows: Ints) -> Ints:
        above = load(KNOWN_VERSIONS[-1]).blocks[block].parent
        if above == ESTABLISHMENT:
            own = self._lines, self._declarations, self._running
            return declarations_of(self._instances, *own, rows)
        return self._instances.parents(block, above)


@lru_cache(maxsize=4)
def _below_employee(blocks: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each block with its parent, parents first."""
    norm = load(KNOWN_VERSIONS[-1])
    inside = norm.descendants[EMPLOYEE]
    return tuple(
        (block, rule.parent)
        for block, rule in norm.blocks.items()
        if block in inside and block in blocks
    )


def _taken(table: Table, keep: Mask, parents: Ints) -> Table:
    columns = {
        number: Column(each.values[keep], each.present[keep], each.at[keep])
        for number, each in table.columns.items()
    }
    parent = parents[table.parent[keep]]
    return Table(table.block, parent, table.first[keep], columns)


def _column_of(found: Found) -> Column:
    return Column(found.values, found.present, found.at)

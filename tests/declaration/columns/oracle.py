"""What a scan has to say, taken from the trees of the full reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from miroir.declaration.columns.scan import Scan
from miroir.declaration.columns.tables import Batch, Column, Kind, Piece
from miroir.declaration.columns.wanted import STRUCTURE, WANTED
from miroir.declaration.reader import DsnReading, read_dsn
from miroir.types.amounts import parse_cents
from miroir.types.declaration import Block
from miroir.types.source import ReceivedFile

EMPLOYEE = "S21.G00.30"
BLOCKS = {code[:10] for code in WANTED} | set(STRUCTURE)
Value = int | str
Row = tuple[str, int, int, tuple[tuple[str, Value], ...]]
"""Block, line, line of the parent, and the values with their lines."""


def read_fully(name: str, content: bytes) -> DsnReading:
    return read_dsn(ReceivedFile.of(name, content))


def typed(code: str, text: str) -> Value:
    """A value as the column of its kind holds it."""
    kind = WANTED[code]
    if kind is Kind.CENTS:
        return parse_cents(text)
    if kind is Kind.QUANTITY:
        return int(Decimal(text) * 10_000)
    if kind is Kind.DAY:
        day = date(int(text[4:]), int(text[2:4]), int(text[:2]))
        return (day - date(1970, 1, 1)).days
    return plain(text)


def plain(text: str) -> str:
    """The bytes of a letter with an accent depend on the encoding of the file,
    which a column does not know."""
    return re.sub(r"[^\x00-\x7f]+", "?", text)


def rows_of_block(block: Block) -> Iterator[Row]:
    """The wanted blocks below one, itself included."""
    for each in block.walk():
        if each.id in BLOCKS:
            above = each.parent.line if each.parent else 0
            found = [
                (f"{number}@{line}", typed(f"{each.id}.{number}", value))
                for number, value, line in each.rubriques
                if f"{each.id}.{number}" in WANTED
            ]
            yield each.id, each.line, above, tuple(sorted(found))


def employees_of(reading: DsnReading) -> dict[int, list[Row]]:
    """By line of the employee, the rows of its blocks."""
    return {
        employee.block.line: sorted(rows_of_block(employee.block))
        for declaration in reading.declarations
        for employee in declaration.employees
    }


class Scanned:
    """A scan of some files, by file and line."""

    def __init__(
        self, files: Mapping[str, bytes], folder: Path, arena_bytes: int = 1 << 21
    ) -> None:
        pieces = list(_pieces(files, folder))
        self.scan = Scan(pieces, arena_bytes=arena_bytes)
        self.employees: dict[tuple[str, int], list[Row]] = {}
        self.ends: dict[tuple[str, int], tuple[int, int]] = {}
        self.odd: set[tuple[str, int]] = set()
        self.heads: dict[tuple[str, int], tuple[int, int]] = {}
        batches = list(self.scan)
        self.declarations = self.scan.declarations
        self.odd_files = {each.piece.name for each in self.scan.odd}
        names = [piece.name for piece in pieces]
        self._names = [names[rank] for rank in self.declarations.piece]
        for batch in batches:
            self._add(batch)

    def _add(self, batch: Batch) -> None:
        employees = batch.tables[EMPLOYEE]
        lines = batch.places.line_numbers(employees.first)
        starts = batch.places.offsets(employees.first)
        keys = [
            (self._names[number] if number >= 0 else "nobody", int(line))
            for number, line in zip(employees.parent, lines, strict=True)
        ]
        for key, odd, start, end, period, nature in zip(
            keys,
            batch.odd,
            starts,
            batch.employee_end,
            batch.period,
            batch.nature,
            strict=True,
        ):
            self.employees[key] = []
            self.ends[key] = int(start), int(end)
            self.heads[key] = int(period), int(nature)
            if odd:
                self.odd.add(key)
        for block in BLOCKS - {"S21.G00.20"}:
            for owner, row in _rows(batch, block):
                self.employees[keys[owner]].append(row)

    def sure(self, name: str) -> dict[int, list[Row]]:
        """The employees of one file that are sure."""
        if name in self.odd_files:
            return {}
        return {
            line: sorted(rows)
            for (file, line), rows in self.employees.items()
            if file == name and (file, line) not in self.odd
        }


def _pieces(files: Mapping[str, bytes], folder: Path) -> Iterator[Piece]:
    """Each file after some bytes of another one, as in a segment."""
    for rank, (name, content) in enumerate(files.items()):
        path = folder / f"{rank}.segment"
        path.write_bytes(b"X" * rank + content)
        yield Piece(name=name, path=path, offset=rank, length=len(content))


def _rows(batch: Batch, block: str) -> Iterator[tuple[int, Row]]:
    table = batch.tables[block]
    lines = batch.places.line_numbers(table.first)
    owner, above = _owner(batch, block)
    for row in range(len(table)):
        found = [
            (
                f"{number}@{_line(batch, column, row)}",
                _value(column, block, number, row),
            )
            for number, column in table.columns.items()
            if column.present[row]
        ]
        yield (
            int(owner[row]),
            (block, int(lines[row]), int(above[row]), tuple(sorted(found))),
        )


def _owner(batch: Batch, block: str) -> tuple[np.ndarray, np.ndarray]:
    """The employee of each row, and the line of its parent."""
    table = batch.tables[block]
    if block == EMPLOYEE:
        unknown = np.full(len(table), -1)
        return np.arange(len(table)), unknown
    parent = _PARENTS[block]
    above = batch.tables[parent]
    lines = batch.places.line_numbers(above.first)[table.parent]
    if parent == EMPLOYEE:
        return table.parent, lines
    return _owner(batch, parent)[0][table.parent], lines


_PARENTS = {
    "S21.G00.40": EMPLOYEE,
    "S21.G00.41": "S21.G00.40",
    "S21.G00.62": "S21.G00.40",
    "S21.G00.71": "S21.G00.40",
    "S21.G00.50": EMPLOYEE,
    "S21.G00.51": "S21.G00.50",
    "S21.G00.53": "S21.G00.51",
    "S21.G00.78": "S21.G00.50",
    "S21.G00.79": "S21.G00.78",
    "S21.G00.81": "S21.G00.78",
}


def _line(batch: Batch, column: Column, row: int) -> int:
    return int(batch.places.line_numbers(column.at[row : row + 1])[0])


def _value(column: Column, block: str, number: str, row: int) -> Value:
    kind = WANTED[f"{block}.{number}"]
    value = column.values[row]
    if kind in (Kind.CODE, Kind.TEXT):
        raw = np.atleast_1d(value).astype("<u8").tobytes().rstrip(b"\0")
        return plain(raw.decode("iso-8859-1"))
    return int(value)


def comparable(rows: Sequence[Row]) -> list[Row]:
    """Without the parent of the employee, which is not in the batch."""
    return sorted(
        (block, line, -1 if block == EMPLOYEE else above, values)
        for block, line, above, values in rows
    )

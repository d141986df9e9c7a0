"""The blocks of many declarations as columns: one table per block.

Row `i` of a table is one instance of the block, as `miroir.declaration.tree`
would build it; what it holds is the same, in arrays instead of objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Mask = NDArray[np.bool_]


class Kind(Enum):
    """How the value of a rubrique is held; `absent` rows hold zero."""

    CENTS = "cents"
    """int64 cents; exactly two decimals in the file."""
    QUANTITY = "quantity"
    """int64 ten-thousandths; a whole number or up to four decimals."""
    DAY = "day"
    """int64 days since 1970-01-01; JJMMAAAA of the calendar in the file."""
    CODE = "code"
    """uint64: up to eight bytes of text, the first byte lowest, zeros after."""
    TEXT = "text"
    """uint64 of shape (rows, 3): up to 24 bytes of text, as in CODE."""
    COUNT = "count"
    """int64: one to sixteen digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One rubrique of one block. `at`: the line in the batch, -1 when absent."""

    values: Ints | Words
    present: Mask
    at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Every instance of one block in a batch, in the order of the files.

    `parent`: row of the parent's table in the same batch; for the blocks right
    under the establishment (20, 30…) the number of the declaration in the scan,
    or -1 in an odd file where there is none: such a row is to be left out.
    `first`: the line in the batch of the first rubrique of each instance.
    `columns`: by number, «004».
    """

    block: str
    parent: Ints
    first: Ints
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.parent)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the lines of a batch stand in their files.

    `part_line`: the first line of each part of a file, in the batch; `number`
    and `offset`: that line's number in its file (from 1) and its first byte
    (from 0). `start`: first byte of each line, any origin.
    """

    part_line: Ints
    number: Ints
    offset: Ints
    start: Ints

    def part(self, lines: Ints) -> Ints:
        """The part of each line."""
        if len(self.part_line) == 1:
            return np.zeros(len(lines), np.int64)
        return np.searchsorted(self.part_line, lines, "right") - 1

    def line_numbers(self, lines: Ints) -> Ints:
        """From 1, in the file of each line."""
        part = self.part(lines)
        return lines - self.part_line[part] + self.number[part]

    def offsets(self, lines: Ints) -> Ints:
        """The first byte of each line, in its file."""
        part = self.part(lines)
        return self.start[lines] - self.start[self.part_line][part] + self.offset[part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The bytes of one received file: a file, or a part of a segment.

    `content`: those bytes when they are at hand; nothing is read then.
    """

    name: str
    path: Path | str
    offset: int
    length: int
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Whole employees, of one declaration or of many.

    `tables` by block id; those between (S21.G00.50) are there too, so that every
    `parent` leads to S21.G00.30. `period` (year x 12 + month - 1), `nature` and
    `siret` of the declaration of each row of S21.G00.30; `employee_end`: byte
    after the last of that row, in its file. `places`: of the lines of the batch.
    `odd`: employees that hold something the scanner is not sure of; their other
    columns say nothing, the full reader decides.
    """

    tables: Mapping[str, Table]
    places: Places
    period: Ints
    nature: Ints
    siret: Ints
    employee_end: Ints
    odd: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Declarations:
    """The declarations of a scan, by number; complete once it has ended.

    `piece`: rank of its piece. `siren`, `siret`: as numbers. `period`: year x
    12 + month - 1. `fraction`, `order`, `kind`, `nature`: as numbers, «11» is
    11. `norm`: «P26V01» as a CODE. `filed_on`: days since 1970, or -1.
    `test`: in a test envelope. `sure`: read wholly; otherwise its file is among
    `Scan.odd`, and its rows are to be left out.
    """

    piece: Ints
    line: Ints
    offset: Ints
    siren: Ints
    siret: Ints
    period: Ints
    fraction: Ints
    order: Ints
    kind: Ints
    nature: Ints
    norm: Words
    filed_on: Ints
    test: Mask
    sure: Mask

    def __len__(self) -> int:
        return len(self.piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A piece that the full reader has to read. `reason`: a few English words."""

    piece: Piece
    rank: int
    line: int
    reason: str

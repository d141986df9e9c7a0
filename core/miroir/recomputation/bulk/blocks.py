"""The tables of a batch, with the employee that each row belongs to."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.tables import Batch, Column, Table
from miroir.recomputation.bulk.calendar import month_bounds
from miroir.recomputation.bulk.rows import Ints, Mask, Words

MONTHLY = 1
_ABOVE = {
    "S21.G00.40": None,
    "S21.G00.41": "S21.G00.40",
    "S21.G00.62": "S21.G00.40",
    "S21.G00.71": "S21.G00.40",
    "S21.G00.50": None,
    "S21.G00.51": "S21.G00.50",
    "S21.G00.53": "S21.G00.51",
    "S21.G00.78": "S21.G00.50",
    "S21.G00.79": "S21.G00.78",
    "S21.G00.81": "S21.G00.78",
}
"""The block through which each leads to the employee; None: at once."""


@cache
def packed(text: str) -> np.uint64:
    """A code of up to eight characters, as the scanner holds it."""
    return np.uint64(int.from_bytes(text.encode("ascii"), "little"))


class Employees:
    """A batch seen from its employees; a block that is absent has no rows.

    `sure` is narrowed as the blocks are looked at; `first` and `last` are the
    days of each employee's month.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.first, self.last = month_bounds(batch.period)
        self.sure: Mask = ~batch.odd & (batch.nature == MONTHLY)
        self._owners: dict[str, Ints] = {}

    def __len__(self) -> int:
        return len(self.sure)

    def doubt(self, employees: Ints) -> None:
        """Leave these employees to the full recomputation."""
        self.sure[employees] = False

    def marked(self, employees: Ints) -> Mask:
        """True for these employees."""
        mask = np.zeros(len(self), bool)
        mask[employees] = True
        return mask

    def count(self, block: str) -> Ints:
        """How many instances each employee has."""
        return np.bincount(self.owner(block), minlength=len(self))

    def table(self, block: str) -> Table:
        return self.batch.tables.get(block) or _nothing(block)

    def parent(self, block: str) -> Ints:
        """The row of the parent's table, for each instance."""
        return self.table(block).parent

    def owner(self, block: str) -> Ints:
        """The row of S21.G00.30, for each instance."""
        found = self._owners.get(block)
        if found is None:
            above, parent = _ABOVE[block], self.parent(block)
            found = parent if above is None else self.owner(above)[parent]
            self._owners[block] = found
        return found

    def present(self, block: str, number: str) -> Mask:
        return self._column(block, number).present

    def ints(self, block: str, number: str) -> Ints:
        """Cents, quantities or days of one rubrique, zero where absent."""
        return self._column(block, number).values.astype(np.int64, copy=False)

    def codes(self, block: str, number: str) -> Words:
        """A short text as one word, zero where absent."""
        return self._column(block, number).values.astype(np.uint64, copy=False)

    def texts(self, block: str, number: str, count: int) -> Words:
        """A text in so many words, of shape (rows, count)."""
        words = self.codes(block, number)
        wide = np.zeros((len(words), count), np.uint64)
        if not words.size:
            return wide
        words = words.reshape(len(words), -1)
        wide[:, : words.shape[1]] = words[:, :count]
        return wide

    def _column(self, block: str, number: str) -> Column:
        table = self.table(block)
        return table.columns.get(number) or _absent(len(table))


def total(owner: Ints, values: Ints, count: int) -> Ints:
    """Sums by owner, exact; `owner` never decreases."""
    sums = np.zeros(count, np.int64)
    if len(owner) and (owner[1:] > owner[:-1]).all():
        sums[owner] = values
    else:
        np.add.at(sums, owner, values)
    return sums


def numbers(codes: Words, *, digits: int) -> Ints:
    """Codes of so many digits as numbers; -1 for anything else."""
    found = np.zeros(len(codes), np.int64)
    sound = codes >> np.uint64(8 * digits) == 0
    for rank in range(digits):
        byte = (codes >> np.uint64(8 * rank)) & np.uint64(0xFF)
        digit = byte.astype(np.int64) - ord("0")
        sound &= (digit >= 0) & (digit <= 9)
        found = found * 10 + digit
    return np.where(sound, found, -1)


def any_of(codes: Words, *texts: str) -> NDArray[np.bool_]:
    """Where a code is one of these."""
    found = np.zeros(codes.shape, bool)
    for text in texts:
        found |= codes == packed(text)
    return found


def _nothing(block: str) -> Table:
    none = np.zeros(0, np.int64)
    return Table(block, none, none, {})


def _absent(count: int) -> Column:
    zeros = np.zeros(count, np.int64)
    return Column(zeros, np.zeros(count, bool), zeros)

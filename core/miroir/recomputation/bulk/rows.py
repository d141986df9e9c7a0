"""One month of many employees, as columns: what `MonthFacts` is for one.

Amounts are int64 cents, quantities int64 ten-thousandths, days int64 counted
from 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Mask = NDArray[np.bool_]

PERSON_WORDS = 2
"""A NIR has 13 characters; an NTT, which may have 40, is never sure."""
NUMBER_WORDS = 3
NO_END = 1 << 40
"""The end of a contract that goes on."""
UNIT = 10_000
"""Quantities are in ten-thousandths."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Arrays of the same length, handled together."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: Mask | Ints) -> Self:
        """The same columns for some rows."""
        every = {each.name: getattr(self, each.name)[rows] for each in fields(self)}
        return type(self)(**every)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of each part after those of the one before; at least one."""
        return cls(
            **{
                each.name: np.concatenate([getattr(part, each.name) for part in parts])
                for each in fields(cls)
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class MonthRows(Columns):
    """One row per block S21.G00.30, for the month of its own declaration.

    `person`, `contract`: text packed in words (2 and 3 of them). `status`:
    40.003 as a number. `days`: those that count for the ceiling.
    `worked` / `reference`: the work quota, 1 / 1 when it plays no part.
    `cadre_gross`: of the gross, what was earned as cadre; all of it where the
    category is not given.
    `exempt_109`, `reduction_018`, `reduction_106`: zero where nothing is
    declared, and then the mask beside says so. `sure`: the rules of
    `miroir.recomputation.bulk` apply; otherwise the row only says who it is
    and where it stands (`line`, `offset`, `length` in the file).
    """

    declaration: Ints
    person: Words
    contract: Words
    start: Ints
    end: Ints
    status: Ints
    days: Ints
    worked: Ints
    reference: Ints
    reduced_days_contract: Mask
    apprentice: Mask
    gross: Ints
    cadre_gross: Ints
    capped: Ints
    declared_131: Ints
    declared_132: Ints
    declared_106: Ints
    legacy_105: Mask
    exempt_109: Ints
    reduction_018: Ints
    has_018: Mask
    reduction_106: Ints
    has_106: Mask
    smic: Ints
    line: Ints
    offset: Ints
    length: Ints
    sure: Mask


_TYPES = {"Ints": "<i8", "Mask": "?"}
_WIDE = {"person": PERSON_WORDS, "contract": NUMBER_WORDS}
RECORD = np.dtype(
    [
        (each.name, "<u8", (_WIDE[each.name],))
        if each.name in _WIDE
        else (each.name, _TYPES[str(each.type)])
        for each in fields(MonthRows)
    ]
)
"""A row of `MonthRows`, as one record."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums(Columns):
    """Since January or the hire: those of `Cumul` and of `ReductionCumul`.

    `smic`, `given`: SMIC counted and reduction already given, in cents.
    `option`: a month of the year had two lawful ceilings.
    """

    gross: Ints
    ceiling: Ints
    cadre_gross: Ints
    cadre_ceiling: Ints
    smic: Ints
    given: Ints
    option: Mask


@dataclass(frozen=True, slots=True, eq=False)
class MonthDue(Columns):
    """What was due for each row; `sure` is False where only the full
    recomputation can tell, and then nothing else of the row says anything.

    How 106 was found: `size`, the rank in `tariffs.SIZES` of the headcount, -1
    without any reduction; `yearly`, on the sums since January, where that is
    not the same as by month.
    """

    due_131: Ints
    due_132: Ints
    due_106: Ints
    declared_131: Ints
    ceiling: Ints
    t1: Ints
    t2: Ints
    cet: Ints
    apec: Ints
    exempted: Ints
    size: Ints
    yearly: Mask
    sure: Mask

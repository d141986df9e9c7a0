"""The facts of a month straight from the lines, by a loop compiled beside it.

`facts_kernel.c` says what `facts_of` says of a batch, several times as fast, where
everything in an arena is in its place; elsewhere, and where no compiler was at
hand when Miroir was installed, `facts_of` does the same.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.codes import codes
from miroir.declaration.columns.compiled import KINDS, kernel
from miroir.declaration.columns.scan import Opened
from miroir.declaration.columns.values import FIRST_YEAR, months
from miroir.declaration.columns.wanted import REQUIRED, WANTED
from miroir.recomputation.bulk.bases import BASE, COMPONENT, CONTRIBUTION
from miroir.recomputation.bulk.blocks import MONTHLY, packed
from miroir.recomputation.bulk.calendar import month_bounds
from miroir.recomputation.bulk.contracts import (
    ACTIVITY,
    CONTRACT,
    END,
    END_CANCELLED,
    FULL_TIME_CONTRIBUTION,
    PAY,
    SCHEME,
    SEVERAL_EMPLOYERS,
)
from miroir.recomputation.bulk.promotions import CHANGE, COMPUTED, IDENTITY
from miroir.recomputation.bulk.rows import RECORD, Ints, Mask
from miroir.recomputation.facts import (
    APPRENTICES,
    BEFORE_2019,
    CAPPED,
    EMPLOYER_PENSION,
    INTERN,
    NO_CATEGORY,
    SHARED_CEILING,
    SMIC,
    SPECIFIC_BASES,
    UNCAPPED,
    UNIFIED,
)
from miroir.recomputation.situation import (
    CADRE,
    CEILING_DAYS,
    DAYS_CONTRACT,
    EXTRA_HOURS,
    GROSS_PAY,
    PART_TIME,
)

LIBRARY = Path(__file__).with_name("facts_kernel.so")
EMPLOYEE = "S21.G00.30"
_OUTSIDE, _PAYMENT, _, _OTHER = range(4)
_SLOTS = {
    "S21.G00.20": ("001", "005", "006", "007"),
    EMPLOYEE: ("001",),
    "": (),
    CONTRACT: (
        *("001", "003", "007", "008", "011", "012", "013", "014", "037", "044"),
        "009",
    ),
    CHANGE: ("001", *IDENTITY, *COMPUTED, "028"),
    END: ("001", "002"),
    SCHEME: ("002",),
    PAY: ("001", "002", "011", "012", "010", "013"),
    ACTIVITY: ("002", "003", "001"),
    BASE: ("001", "002", "003", "004", "006"),
    COMPONENT: ("001", "004"),
    CONTRIBUTION: ("001", "004", "003", "007"),
}
"""Blocks by role, from `_PAYMENT` on, and where facts_kernel.c finds their values."""
_RULES = (
    *sorted(APPRENTICES),
    *sorted(SPECIFIC_BASES),
    *(UNIFIED, *sorted(BEFORE_2019)),
    *(INTERN, SEVERAL_EMPLOYERS, FULL_TIME_CONTRIBUTION, END_CANCELLED, GROSS_PAY),
    *(EXTRA_HOURS, CEILING_DAYS, PART_TIME, DAYS_CONTRACT, CAPPED, UNCAPPED, SMIC),
    *(EMPLOYER_PENSION, SHARED_CEILING, "131", "105", "132", "106", "109", "018"),
    *(CADRE, *sorted(NO_CATEGORY)),
)
"""In the order of facts_kernel.c."""
_NOT_WANTED = 255
_Pointer = ctypes.c_void_p
_Int = ctypes.c_int64


class Told(NamedTuple):
    """Which employees are odd; two rows for each of those whose second contract
    starts after the end of the first, and whose they are."""

    odd: Mask
    pairs: NDArray[np.void]
    owner: Ints


class FactsLoop:
    """Calls the library; arrays are made here and belong to the caller."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._facts = library.miroir_facts
        self._facts.restype = _Int
        self._facts.argtypes = [*(_Pointer,) * 5, _Int, *(_Pointer,) * 4]
        library.miroir_row_bytes.restype = _Int
        own = RECORD.itemsize - RECORD["declaration"].itemsize
        if library.miroir_row_bytes() != own:
            raise OSError(f"{LIBRARY.name} was compiled for other rows: install again")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises OSError when the library is not there, or is another version's."""
        return cls(ctypes.CDLL(str(path)))

    def tell(self, opened: Opened, rows: NDArray[np.void]) -> Told | None:
        """Fill one row per employee, of a dtype that ends as `RECORD`; None where
        `facts_of` is to tell."""
        if not opened.plain:
            return None
        lines, groups = opened.lines, opened.instances
        arena = _words(
            *_pointers(opened.arena.bytes, lines.start, lines.length, lines.code),
            *_pointers(groups.line, groups.block),
            *(len(lines.code), len(groups.line)),
        )
        odd, after = np.empty(len(rows), bool), np.empty(len(rows), np.int64)
        pairs, owner = np.zeros(2 * len(rows), rows.dtype), np.empty_like(after)
        found = _words(_person(pairs), *_pointers(owner), 0)
        first, last = month_bounds(opened.period)
        monthly = opened.nature == MONTHLY
        count = self._facts(
            *_pointers(arena, _wanted(), first, last, monthly),
            *(rows.dtype.itemsize, _person(rows)),
            *_pointers(odd, after, found),
        )
        if count != len(rows):
            return None
        _place(rows, opened, after)
        told = int(found[-1])
        pairs, owner = pairs[: 2 * told], owner[:told]
        for name in ("declaration", "line", "offset", "length"):
            pairs[name] = np.repeat(rows[name][owner], 2)
        return Told(odd, pairs, owner)


def _person(rows: NDArray[np.void]) -> int:
    """Where the first row has what the library writes."""
    assert rows.dtype.fields is not None
    return int(rows.ctypes.data + rows.dtype.fields["person"][1])


def _place(rows: NDArray[np.void], opened: Opened, after: Ints) -> None:
    """Where each employee is. `after`: the line after its last."""
    lines = opened.lines
    at = opened.instances.line[opened.instances.rows(EMPLOYEE)]
    rows["declaration"] = opened.declaration
    rows["line"] = lines.places.line_numbers(at)
    rows["offset"] = lines.places.offsets(at)
    ends = np.append(lines.start, lines.used).take(after)
    rows["length"] = ends - lines.start.take(at)


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[Any], ...]:
    """What facts_kernel.c is to know of each block and rubrique."""
    known = codes()
    role = np.where(known.below, _OTHER, _OUTSIDE).astype(np.uint8)
    required = np.zeros(len(_SLOTS) + 1, np.uint64)
    slot = np.full(len(known.codes) + 1, _NOT_WANTED, np.uint8)
    kind = np.zeros(len(known.codes) + 1, np.uint8)
    for number, (block, numbers) in enumerate(_SLOTS.items(), start=_PAYMENT):
        if block:
            role[known.blocks[block]] = number
        for place, each in enumerate(numbers):
            code = f"{block}.{each}"
            slot[known.codes[code]] = place
            kind[known.codes[code]] = KINDS.index(WANTED[code])
            required[number] |= np.uint64((code in REQUIRED) << place)
    if np.count_nonzero(slot != _NOT_WANTED) != len(WANTED):
        raise ValueError(
            "facts_kernel.c does not look at every rubrique that is wanted"
        )
    rules = np.array([packed(each) for each in _RULES], np.uint64)
    first, length = months()
    calendar = _words(FIRST_YEAR, len(first), *_pointers(first, length))
    return role, required, slot, kind, rules, calendar


@lru_cache(maxsize=1)
def _wanted() -> NDArray[np.uint64]:
    return _words(*_pointers(*_tables()))


def _pointers(*arrays: NDArray[Any]) -> list[int]:
    return [array.ctypes.data for array in arrays]


def _words(*fields: int) -> NDArray[np.uint64]:
    """A C structure whose fields all have eight bytes."""
    return np.array(fields, np.uint64)


def facts_loop() -> FactsLoop | None:
    """The library; None where it was not compiled, or is switched off with the
    scanner's own."""
    return None if kernel() is None else _loaded()


@lru_cache(maxsize=1)
def _loaded() -> FactsLoop | None:
    try:
        return FactsLoop.load(LIBRARY)
    except OSError:
        return None

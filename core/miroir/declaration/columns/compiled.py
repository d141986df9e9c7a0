"""The scanner's loops over bytes, compiled when the distribution was built.

`kernel.c` says what the numpy beside it says, three times as fast; without it
(no compiler at hand when Miroir was installed) numpy does the same.
"""

from __future__ import annotations

import ctypes
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.codes import SHIFT, Codes
from miroir.declaration.columns.tables import Ints, Kind, Mask, Words
from miroir.declaration.columns.values import FIRST_YEAR, TEXT_BYTES, months

LIBRARY = Path(__file__).with_name("kernel.so")
VERSION = 3
"""Of kernel.c."""
SWITCH = "MIROIR_NO_KERNEL"
"""Set, to anything: numpy alone reads."""
KINDS = (Kind.CENTS, Kind.QUANTITY, Kind.DAY, Kind.CODE, Kind.TEXT, Kind.COUNT)
"""In the order of kernel.c."""
_WORDS = TEXT_BYTES // 8
_Pointer = ctypes.c_void_p
_Int = ctypes.c_int64


class Rows(NamedTuple):
    """Lines as they are found: see `lines.Lines`; `unsound`: how many are."""

    start: Ints
    length: Ints
    code: Ints
    sound: Mask
    unsound: int


class Groups(NamedTuple):
    """Instances: see `instances.Instances`. `parent`: a rank among those of the
    parent's block; `order`: by block, from `bounds`; `misplaced`: how many, where
    it is known."""

    line: Ints
    block: NDArray[np.uint8]
    parent: Ints | None
    order: Ints
    bounds: Ints
    misplaced: int | None


class Dense(NamedTuple):
    """Columns end to end, a row per instance: see kernel.c."""

    values: Words
    texts: Words
    present: Mask
    at: Ints
    sound: Mask
    filled: Ints
    doubtful: Ints


class Ranks(NamedTuple):
    """What is wanted, by block and by code: see kernel.c."""

    block: NDArray[np.uint8]
    rank: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    base: Ints
    text_base: Ints


class Kernel:
    """Calls the library; arrays are made here and belong to the caller."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._lines = library.miroir_lines
        self._lines.restype = _Int
        self._lines.argtypes = [
            *(_Pointer, _Int, _Int, _Pointer, _Int, _Int, _Int),
            *(_Pointer, _Pointer, _Pointer, _Pointer, _Pointer),
        ]
        self._instances = library.miroir_instances
        self._instances.restype = _Int
        self._instances.argtypes = [
            *(_Pointer, _Int, _Pointer, _Int, _Pointer, _Pointer, _Pointer, _Int),
            *(_Pointer, _Pointer, _Pointer, _Pointer, _Pointer, _Pointer),
        ]
        self._columns = library.miroir_columns
        self._columns.restype = None
        self._columns.argtypes = [
            *(_Pointer, _Pointer, _Pointer, _Pointer, _Int, _Pointer, _Pointer),
            *(_Int, _Pointer, _Pointer, _Pointer),
        ]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises OSError when the library is not there, or is another version's."""
        library = ctypes.CDLL(str(path))
        told = getattr(library, "miroir_version", None)
        if told is None or told() != VERSION:
            raise OSError(f"{path}: compiled from another kernel.c; install again")
        return cls(library)

    def lines(
        self, text: NDArray[np.uint8], first: int, codes: Codes, bounds: tuple[int, int]
    ) -> Rows:
        """The lines of a text that ends with one. `bounds`: bytes of a line."""
        tables = _pointers(codes.rank, codes.key, codes.prefix)
        told = _words(int(codes.multiplier), int(SHIFT), *tables)
        unsound = np.zeros(1, np.int64)
        count, room = -1, len(text) // bounds[0] + 1
        while count < 0:
            start, length, code = (np.empty(room, np.int64) for _ in range(3))
            sound = np.empty(room, bool)
            count = self._lines(
                *(text.ctypes.data, first, len(text), told.ctypes.data, *bounds, room),
                *_pointers(start, length, code, sound, unsound),
            )
            room = len(text)  # lines too short to be any
        return Rows(
            start[:count], length[:count], code[:count], sound[:count], int(unsound[0])
        )

    def instances(self, code: Ints, codes: Codes, part_line: Ints) -> Groups:
        """`part_line`: the first line of each part."""
        line, parent, order = (np.empty(len(code), np.int64) for _ in range(3))
        block = np.empty(len(code), np.uint8)
        blocks = len(codes.blocks) + 1
        bounds = np.empty(blocks + 1, np.int64)
        misplaced = np.zeros(1, np.int64)
        count = self._instances(
            *(code.ctypes.data, len(code), codes.block.ctypes.data, blocks),
            *_pointers(codes.above, codes.follows, part_line),
            len(part_line),
            *_pointers(line, block, parent, order, bounds, misplaced),
        )
        return Groups(
            line[:count],
            block[:count],
            parent[:count],
            order[:count],
            bounds,
            int(misplaced[0]),
        )

    def columns(
        self,
        text: NDArray[np.uint8],
        lines: tuple[Ints, Ints, Ints],
        groups: tuple[Ints, NDArray[np.uint8]],
        ranks: Ranks,
    ) -> Dense:
        """`lines`: start, length, code. `groups`: line and block of instances."""
        (start, length, code), (line, block) = lines, groups
        size, texts = int(ranks.base[-1]), int(ranks.text_base[-1])
        out = Dense(
            values=np.zeros(size, np.uint64),
            texts=np.zeros((texts, _WORDS), np.uint64),
            present=np.zeros(size, bool),
            at=np.full(size, -1),
            sound=np.zeros(size, bool),
            filled=np.zeros(len(ranks.kind), np.int64),
            doubtful=np.zeros(len(ranks.kind), np.int64),
        )
        first, days = months()
        calendar = _words(FIRST_YEAR, len(first), *_pointers(first, days))
        plan, written = _words(*_pointers(*ranks)), _words(*_pointers(*out))
        self._columns(
            *_pointers(text, start, length, code),
            len(code),
            *_pointers(line, block),
            len(line),
            *_pointers(plan, calendar, written),
        )
        return out


def _pointers(*arrays: NDArray[Any]) -> list[int]:
    return [array.ctypes.data for array in arrays]


def _words(*fields: int) -> NDArray[np.uint64]:
    """A C structure whose fields all have eight bytes."""
    return np.array(fields, np.uint64)


@lru_cache(maxsize=1)
def kernel() -> Kernel | None:
    """The library; None where it was not compiled, or is switched off."""
    if os.environ.get(SWITCH):
        return None
    try:
        return Kernel.load(LIBRARY)
    except OSError:
        return None

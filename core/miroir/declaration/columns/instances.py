"""Instances of blocks in an arena, and the rubriques that each one holds.

A new instance starts when the block changes or when the code does not
increase. Its parent is the nearest instance of the parent's block before it:
that holds while each pair of neighbours is one that `Codes.follows` allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.arena import Arena
from miroir.declaration.columns.codes import EMPLOYEE, ENVELOPE, VALUE, Codes, codes
from miroir.declaration.columns.compiled import (
    KINDS,
    Dense,
    Groups,
    Kernel,
    Ranks,
    kernel,
)
from miroir.declaration.columns.lines import Lines
from miroir.declaration.columns.tables import Ints, Kind, Mask, Words
from miroir.declaration.columns.values import read

_NONE = np.zeros(0, np.int64)
_NOWHERE = 0
"""The block of rank 0, which no code has."""
Asked = tuple[tuple[str, Kind], ...]
"""Rubriques to read, with their kinds."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One rubrique, one row per instance of its block.

    `at`: its line, -1 where it is absent. `doubtful`: lines whose value is not
    plainly of its kind. `everywhere`: no row is without it.
    """

    values: Ints | Words
    present: Mask
    at: Ints
    doubtful: Ints
    everywhere: bool


class Instances:
    """`line`: the first of each instance; `block`: its number."""

    def __init__(self, arena: Arena, lines: Lines, codes: Codes) -> None:
        self._arena = arena
        self._lines = lines
        self._codes = codes
        compiled = kernel()
        part_line = lines.places.part_line
        if compiled is None:
            groups = _groups(lines.code, codes, part_line)
        else:
            groups = compiled.instances(lines.code, codes, part_line)
        self.line, self.block, self._parent, self._by_block, self._bounds = groups[:5]
        self._misplaced = groups.misplaced

    def rows(self, block: str) -> Ints:
        """The instances of one block, in the order of the arena."""
        number = self._codes.blocks[block]
        return self._by_block[self._bounds[number] : self._bounds[number + 1]]

    def parents(self, block: str, above: str) -> Ints:
        """For each instance of a block, the rank of its parent among those of
        `above`, the block of all parents; -1 where none comes before."""
        rows = self.rows(block)
        if self._parent is not None:
            return self._parent[rows]
        return np.searchsorted(self.rows(above), rows, "right") - 1

    def misplaced(self) -> Ints:
        """Instances that may not come after the one before, in their part."""
        if self._misplaced == 0:
            return _NONE
        follows = self._codes.follows
        pairs = self.block[:-1].astype(np.uint16) * len(follows) + self.block[1:]
        wrong = np.flatnonzero(~follows.reshape(-1).take(pairs)) + 1
        first = np.isin(self.line[wrong], self._lines.places.part_line)
        return wrong[~first]

    @property
    def first_is_whole(self) -> bool:
        """Whether the first part starts with its file."""
        return self._arena.parts[0].first

    @property
    def has_heads(self) -> bool:
        """Whether an envelope, a declaration or an employer starts or ends."""
        outside = ~self._codes.below[self.block]
        outside &= self.block != self._codes.blocks[EMPLOYEE]
        return bool(outside.any()) or self.first_is_whole

    @property
    def starts_badly(self) -> bool:
        """Whether a file starts with anything but an envelope."""
        first, _ = self.part_ends
        return not self.is_block(
            first if self.first_is_whole else first[1:], ENVELOPE
        ).all()

    @property
    def part_ends(self) -> tuple[Ints, Ints]:
        """The first and the last instance of each part."""
        first = np.searchsorted(self.line, self._lines.places.part_line)
        return first, np.append(first[1:], len(self.line)) - 1

    def is_block(self, instances: Ints, block: str) -> Mask:
        found: Mask = self.block[instances] == self._codes.blocks[block]
        return found

    def found(self, asked: Asked) -> Mapping[str, Found]:
        """Each rubrique for each instance of its block."""
        compiled = kernel()
        return self._read(asked) if compiled is None else self._dense(asked, compiled)

    def _dense(self, asked: Asked, compiled: Kernel) -> Mapping[str, Found]:
        """By the compiled loop, every row of every rubrique at once."""
        plan = _plan(asked)
        counts = np.diff(self._bounds)[plan.block]
        bases = np.append(0, np.cumsum(counts))
        texts = np.append(0, np.cumsum(np.where(plan.is_text, counts, 0)))
        lines, arena = self._lines, self._arena
        dense = compiled.columns(
            arena.bytes,
            (lines.start, lines.length, lines.code),
            (self.line, self.block),
            Ranks(plan.blocks, plan.rank, plan.kind, bases, texts),
        )
        found: dict[str, Found] = {}
        for rank, code in enumerate(plan.order, start=1):
            own = slice(int(bases[rank]), int(bases[rank + 1]))
            at, present = dense.at[own], dense.present[own]
            doubtful = _NONE
            if dense.doubtful[rank]:
                doubtful = at[present & ~dense.sound[own]]
            found[code] = Found(
                _values(plan, dense, rank, own, texts),
                present,
                at,
                doubtful,
                bool(dense.filled[rank] == len(at)),
            )
        return found

    def _read(self, asked: Asked) -> Mapping[str, Found]:
        """Lines are grouped by kind, so that each kind is read at once."""
        plan = _plan(asked)
        wanted = plan.rank.take(self._lines.code)
        lines = np.flatnonzero(wanted)
        wanted = wanted[lines]
        lines = lines[np.argsort(wanted, kind="stable")]
        counts = np.bincount(wanted, minlength=len(plan.order) + 1)
        ends = np.cumsum(counts)
        at = self._lines.start[lines] + VALUE
        length = self._lines.length[lines] - (VALUE + 1)
        found: dict[str, Found] = {}
        for kind, first, last in plan.kinds:
            low, high = int(ends[first]), int(ends[last])
            values, sound = read(kind, self._arena, at[low:high], length[low:high])
            all_sound = bool(sound.all())
            for rank in range(first, last):
                start, stop = int(ends[rank]), int(ends[rank + 1])
                here = lines[start:stop]
                own = slice(start - low, stop - low)
                doubtful = _NONE if all_sound else here[~sound[own]]
                code = plan.order[rank]
                found[code] = self._spread(code, here, values[own], doubtful)
        return found

    def sound(self, found: Found) -> Mask:
        """Where a rubrique is there and plainly of its kind."""
        if not len(found.doubtful):
            return found.present
        return found.present & ~np.isin(found.at, found.doubtful)

    def lengths(self, found: Found) -> Ints:
        """Bytes of the value of each row, 0 where it is absent."""
        length = self._lines.length[np.maximum(found.at, 0)] - (VALUE + 1)
        return np.where(found.present, length, 0)

    def _spread(
        self, code: str, at: Ints, values: Ints | Words, doubtful: Ints
    ) -> Found:
        rows = self.rows(code[:10])
        if len(at) == len(rows):
            return Found(values, _everywhere(len(rows)), at, doubtful, True)
        rank = np.searchsorted(self.line[rows], at, "right") - 1
        spread = np.zeros((len(rows), *values.shape[1:]), values.dtype)
        spread[rank] = values
        present = np.zeros(len(rows), bool)
        present[rank] = True
        line = np.full(len(rows), -1)
        line[rank] = at
        return Found(spread, present, line, doubtful, False)


def _groups(code: Ints, codes: Codes, part_line: Ints) -> Groups:
    """What `Kernel.instances` gives."""
    block = codes.block.take(code)
    new = np.empty(len(block), bool)
    new[1:] = block[1:] != block[:-1]
    new[1:] |= code[1:] <= code[:-1]
    new[part_line] = True
    line = np.flatnonzero(new)
    block = block[line]
    counts = np.bincount(block, minlength=len(codes.blocks) + 1)
    bounds = np.append(0, np.cumsum(counts))
    return Groups(line, block, None, np.argsort(block, kind="stable"), bounds, None)


def _values(
    plan: _Plan, dense: Dense, rank: int, own: slice, texts: Ints
) -> Ints | Words:
    kind = KINDS[plan.kind[rank]]
    if kind is Kind.TEXT:
        return dense.texts[int(texts[rank]) : int(texts[rank + 1])]
    values = dense.values[own]
    return values if kind is Kind.CODE else values.view(np.int64)


@lru_cache(maxsize=64)
def _everywhere(count: int) -> Mask:
    present = np.ones(count, bool)
    present.setflags(write=False)
    return present


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """`rank`: by code number, from 1; 0 is not wanted. `order`: the codes by
    rank less one. `kinds`: a kind and its first and last rank, last excluded.
    By rank: the number of its `kind` in KINDS, its `block`. `blocks`: by number,
    1 for those that have a code here."""

    rank: NDArray[np.uint8]
    order: tuple[str, ...]
    kinds: tuple[tuple[Kind, int, int], ...]
    kind: NDArray[np.uint8]
    block: Ints
    blocks: NDArray[np.uint8]

    @property
    def is_text(self) -> Mask:
        texts: Mask = self.kind == KINDS.index(Kind.TEXT)
        return texts


@lru_cache(maxsize=8)
def _plan(asked: Asked) -> _Plan:
    numbers, blocks = codes().codes, codes().blocks
    kinds = sorted({kind.name for _, kind in asked})
    ordered = sorted(asked, key=lambda each: (each[1].name, numbers[each[0]]))
    rank = np.zeros(len(numbers) + 1, np.uint8)
    for place, (code, _) in enumerate(ordered, start=1):
        rank[numbers[code]] = place
    bounds: list[tuple[Kind, int, int]] = []
    for kind in kinds:
        own = [n for n, (_, each) in enumerate(ordered) if each.name == kind]
        bounds.append((Kind[kind], own[0], own[-1] + 1))
    block = np.array([_NOWHERE, *(blocks[code[:10]] for code, _ in ordered)])
    return _Plan(
        rank=rank,
        order=tuple(code for code, _ in ordered),
        kinds=tuple(bounds),
        kind=np.array([0, *(KINDS.index(each) for _, each in ordered)], np.uint8),
        block=block,
        blocks=np.isin(np.arange(256), block[1:]).astype(np.uint8),
    )


def asked(kinds: Mapping[str, Kind]) -> Asked:
    """What `Instances.found` takes, from a mapping."""
    return tuple(sorted(kinds.items(), key=lambda pair: pair[0]))

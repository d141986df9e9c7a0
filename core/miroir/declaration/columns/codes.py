"""Every code of the norm behind one number, found from eight bytes of a line.

A line is `Sxx.Gyy.zz.nnn,'value'`: the eight bytes from the block number on,
«30.001,'», tell the rubrique, and the eight before it, «S21.G00.», confirm it.
Numbers follow the order of blocks, then of rubriques, so that a greater number
within a block is a later rubrique.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.tables import Ints, Mask, Words
from miroir.declaration.norm import KNOWN_VERSIONS, Norm, load

UNKNOWN = 0
"""The number of a code that no version of the norm has, and of its block."""
ENVELOPE, TOTAL = "S10.G00.00", "S90.G00.90"
EMPLOYEE = "S21.G00.30"
VALUE = 16
"""Where a value starts in its line, after «,'»."""
SHIFT = np.uint64(64 - 15)
"""A hash keeps its first fifteen bits."""
_TRIES = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """`code` and `block` numbers start at 1. `rank`: by hash, the code number.

    `follows[x, y]`: an instance of block y may come right after one of x with
    every parent alive; `below`: blocks of an employee, itself left out;
    `above`: the parent of each block, 0 for none.
    """

    multiplier: np.uint64
    rank: NDArray[np.uint16]
    key: Words
    prefix: Words
    block: NDArray[np.uint8]
    follows: Mask
    below: Mask
    above: NDArray[np.uint8]
    blocks: dict[str, int]
    codes: dict[str, int]

    def of(self, keys: Words) -> Ints:
        """The code that each key would be; the caller compares the keys."""
        place = (keys * self.multiplier) >> SHIFT
        # Plain indexes: any other type would be copied at each use.
        return self.rank.take(place.view(np.int64)).astype(np.int64)


@lru_cache(maxsize=1)
def codes() -> Codes:
    """The codes of all known versions together.

    Raises ValueError when versions disagree on a block, or two blocks share a
    number: the columns could then not be read without the version.
    """
    norms = [load(version) for version in KNOWN_VERSIONS]
    newest = norms[-1]
    places = [{id: rule.parent for id, rule in n.blocks.items()} for n in norms]
    if any(each != places[-1] for each in places):
        raise ValueError("the versions of the norm have different trees of blocks")
    names = {id: number for number, id in enumerate(newest.blocks, start=1)}
    every = sorted(
        {code for norm in norms for code in norm.rubriques},
        key=lambda code: (names[code[:10]], code),
    )
    numbers = {code: number for number, code in enumerate(every, start=1)}
    key = _words(f"{code[8:]},'" for code in ["\0" * 14, *every])
    prefix = _words(code[:8] for code in ["\0" * 14, *every])
    multiplier, rank = _hash(key[1:])
    block = np.zeros(len(every) + 1, np.uint8)
    block[1:] = [names[code[:10]] for code in every]
    return Codes(
        multiplier=multiplier,
        rank=rank,
        key=key,
        prefix=prefix,
        block=block,
        follows=_follows(newest, names),
        below=_below(newest, names),
        above=_parents(newest, names),
        blocks=names,
        codes=numbers,
    )


def _words(texts: object) -> Words:
    assert hasattr(texts, "__iter__")
    return np.frombuffer("".join(texts).encode("ascii"), "<u8").astype(np.uint64)


def _hash(keys: Words) -> tuple[np.uint64, NDArray[np.uint16]]:
    """A multiplier under which no two keys meet, and the table it gives."""
    if len(np.unique(keys)) != len(keys):
        raise ValueError("two rubriques of the norm share block and number")
    random = np.random.default_rng(0)
    for _ in range(_TRIES):
        multiplier = random.integers(1, 2**63, dtype=np.uint64) * np.uint64(2)
        multiplier += np.uint64(1)
        place = (keys * multiplier) >> SHIFT
        if len(np.unique(place)) == len(keys):
            rank = np.zeros(1 << (64 - int(SHIFT)), np.uint16)
            rank[place] = np.arange(1, len(keys) + 1)
            return multiplier, rank
    raise ValueError("no hash was found for the codes of the norm")


def _follows(norm: Norm, names: dict[str, int]) -> Mask:
    """Parent of y is x or above x: then, by induction, parents are alive."""
    allowed = np.zeros((len(names) + 1, len(names) + 1), bool)
    for before, row in names.items():
        alive = {before, *_above(norm, before)}
        for after, column in names.items():
            allowed[row, column] = norm.blocks[after].parent in alive
    total, envelope = names[TOTAL], names[ENVELOPE]
    allowed[total] = False
    allowed[:, envelope] = False
    allowed[total, envelope] = True
    return allowed


def _parents(norm: Norm, names: dict[str, int]) -> NDArray[np.uint8]:
    above = np.zeros(len(names) + 1, np.uint8)
    for id, number in names.items():
        above[number] = names.get(norm.blocks[id].parent or "", 0)
    return above


def _above(norm: Norm, block: str) -> list[str]:
    above = []
    while parent := norm.blocks[block].parent:
        above.append(parent)
        block = parent
    return above


def _below(norm: Norm, names: dict[str, int]) -> Mask:
    """An unknown block is taken as the employee's: it makes it odd."""
    below = np.zeros(len(names) + 1, bool)
    below[[names[id] for id in norm.descendants[EMPLOYEE]]] = True
    below[UNKNOWN] = True
    return below

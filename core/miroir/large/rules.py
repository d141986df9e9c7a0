"""What the norm asks of each rubrique, as tables by the number of its code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.codes import EMPLOYEE, codes
from miroir.declaration.columns.tables import Ints, Mask
from miroir.declaration.norm import Norm, load
from miroir.declaration.tree import IN_EVENTS_ONLY


class Check(IntEnum):
    """How a value is looked at: by its length, as an amount, or by itself."""

    LENGTH = 0
    AMOUNT = 1
    VALUE = 2
    UNKNOWN = 3


_AMOUNTS = {
    r"-?[0]*(0|[1-9][0-9]*)\.[0-9]{2}": (True, True),
    r"[0]*(0|[1-9][0-9]*)\.[0-9]{2}": (False, True),
    r"[0]*([1-9][0-9]*\.[0-9]{2}|0\.[0-9]{2})": (False, True),
    r"[0]*([1-9][0-9]*\.[0-9]{2}|0\.(0[1-9]|[1-9][0-9]))": (False, False),
    r"-?[0]*([1-9][0-9]*\.[0-9]{2}|0\.(0[1-9]|[1-9][0-9]))": (True, False),
}
"""Patterns of an amount, and whether it may be negative, or zero; any other
pattern is tried on each value."""


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """By code number: `check`, bounds of the length, and of an amount whether it
    may be negative, or zero. `names`: the codes; `service`: added by the
    platform, never remarked upon.

    `unusual[x, y]`: a block y right after a block x is one that its parent has
    too many of, or that comes too late; `needed`: block and child that it must
    hold, below the employee.
    """

    check: NDArray[np.uint8]
    least: Ints
    most: Ints
    negative: Mask
    zero: Mask
    names: tuple[str, ...]
    service: Mask
    unusual: Mask
    needed: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4)
def rules_of(version: str) -> Rules:
    """The rules of one known version of the norm."""
    norm, numbers = load(version), codes().codes
    count = len(numbers) + 1
    names = ("", *sorted(numbers, key=lambda code: numbers[code]))
    rules = Rules(
        check=np.zeros(count, np.uint8),
        least=np.zeros(count, np.int64),
        most=np.full(count, 1 << 40),
        negative=np.ones(count, bool),
        zero=np.ones(count, bool),
        names=names,
        service=np.array([name[11:12] == "9" for name in names]),
        unusual=_unusual(norm),
        needed=_needed(norm),
    )
    for code, number in numbers.items():
        _set(rules, norm, code, number)
    return rules


def _set(rules: Rules, norm: Norm, code: str, number: int) -> None:
    rule = norm.rubriques.get(code)
    if rule is None:
        rules.check[number] = Check.UNKNOWN
        return
    rules.least[number], rules.most[number] = rule.minimum, rule.maximum
    if rule.pattern in _AMOUNTS and not norm.values(code):
        rules.check[number] = Check.AMOUNT
        rules.negative[number], rules.zero[number] = _AMOUNTS[rule.pattern]
    elif rule.pattern or norm.values(code):
        rules.check[number] = Check.VALUE


def _unusual(norm: Norm) -> Mask:
    """As `tree._check_place`: the child before y is x, or what holds x."""
    names = codes().blocks
    found = np.zeros((len(names) + 1, len(names) + 1), bool)
    for x, row in names.items():
        held = [x, *_above(norm, x)]
        for y, column in names.items():
            rule = norm.blocks[y]
            if rule.parent in held[1:]:
                before = held[held.index(rule.parent) - 1]
                late = norm.blocks[before].rank > rule.rank
                found[row, column] = late or (rule.maximum == 1 and before == y)
    return found


def _above(norm: Norm, block: str) -> list[str]:
    above = []
    while parent := norm.blocks[block].parent:
        above.append(parent)
        block = parent
    return above


def _needed(norm: Norm) -> tuple[tuple[str, str], ...]:
    """As `tree._check_minimums`."""
    return tuple(
        (block, child)
        for block in (EMPLOYEE, *sorted(norm.descendants[EMPLOYEE]))
        for child in norm.children[block]
        if norm.blocks[child].minimum and child not in IN_EVENTS_ONLY
    )

"""The remarks on the lines read in full and on the others, in one order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from miroir.declaration.notes import Notes
from miroir.declaration.refusals import Code

_STEPS = (
    (Code.BLANKS_AROUND,),
    (Code.UNKNOWN_BLOCK,),
    (Code.CARDINALITY,),
    (Code.BLOCK_ORDER,),
    (Code.UNKNOWN_RUBRIQUE, Code.VALUE_OUT_OF_NORM),
)
"""The order in which a line is looked at (`tree.build`)."""
_ABSENT = " absent"
"""How `tree._check_minimums`, last for each declaration, ends its subjects."""
_Key = tuple[int, int, int, int]
_Found = tuple[_Key, int, int]
"""Place, first line and times."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One line that the norm does not have so; `offset`: its first byte."""

    code: Code
    line: int
    subject: str
    offset: int


def merged(
    notes: Notes, remarks: Sequence[Remark], heads: Sequence[int], total: int
) -> Notes:
    """The remarks on all lines, in the order in which the full reader has them.

    `heads`: the first line of each declaration; `total`: that of S90.G00.90.
    """
    order = _Order(heads, total)
    found: dict[tuple[Code, str], _Found] = {}
    for rank, (code, subject, line, times) in enumerate(notes.each()):
        found[code, subject] = (order.of(code, subject, line, rank), line, times)
    for each in remarks:
        key = order.of(each.code, each.subject, each.line, 0)
        known = found.get((each.code, each.subject), (key, each.line, 0))
        first = min((key, each.line), known[:2])
        found[each.code, each.subject] = (*first, known[2] + 1)
    every = Notes(notes.file)
    for (code, subject), (_, line, times) in sorted(
        found.items(), key=lambda item: item[1][0]
    ):
        every.add(code, line, subject, times)
    return every


@dataclass(frozen=True, slots=True)
class _Order:
    heads: Sequence[int]
    total: int

    def of(self, code: Code, subject: str, line: int, rank: int) -> _Key:
        """Envelope first, then each declaration line by line, then what it
        lacks. `rank`: among the remarks on what was read in full."""
        place = bisect_right(self.heads, line) - 1
        if place < 0 or line >= self.total:
            return (-1, 0, rank, 0)
        if subject.endswith(_ABSENT):
            return (place, 1, rank, 0)
        step = next(at for at, codes in enumerate(_STEPS) if code in codes)
        return (place, 0, line, step)

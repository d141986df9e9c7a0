"""The remarks of the full reader, found for all the lines of a file at once.

A line is surely right, or its value is looked at by the rules of the norm
themselves. Employees whose blocks are not as the norm has them are unusual:
they are read in full, remarks included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from miroir.declaration.columns.arena import MARGIN, Arena
from miroir.declaration.columns.codes import VALUE
from miroir.declaration.columns.instances import Instances
from miroir.declaration.columns.lines import Lines
from miroir.declaration.columns.tables import Ints, Kind, Mask, Words
from miroir.declaration.columns.values import read
from miroir.declaration.refusals import Code
from miroir.large.remarks import Remark
from miroir.large.rules import Check, Rules, rules_of
from miroir.large.source import LargeFile

WordAccepted = Callable[[int, int], bool]
"""Whether a code takes a value of up to eight bytes, as a word."""
_BLANK, _MINUS, _NOT_ASCII = 32, ord("-"), 0x80
_LONGEST_WORD = 8
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


@dataclass(slots=True)
class Observer:
    """Looks at the arenas of one file in order.

    `unusual`: first byte of instances of blocks that are not as usual.
    """

    source: LargeFile
    remarks: list[Remark] = field(default_factory=list)
    unusual: list[int] = field(default_factory=list)
    _rules: Rules = field(init=False)
    _accepted: dict[tuple[int, bytes], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rules = rules_of(self.source.norm.version)

    def watch(self, arena: Arena, lines: Lines, instances: Instances) -> None:
        """As `scan.Watch`."""
        self._blocks(lines, instances)
        first, last = lines.start + VALUE, lines.start + lines.length - 2
        text = arena.bytes
        blank = (text[first] == _BLANK) | (text[last] == _BLANK)
        self._add(Code.BLANKS_AROUND, lines, np.flatnonzero(blank & (lines.code > 0)))
        suspect = _Values(arena, lines, self._rules, self._word_accepted).suspect()
        if not self.source.one_byte:
            suspect |= _not_ascii(arena, lines)
        self._values(arena, lines, np.flatnonzero(suspect & (lines.code > 0)))

    def _blocks(self, lines: Lines, instances: Instances) -> None:
        block = instances.block.astype(np.int64)
        found = [np.flatnonzero(self._rules.unusual[block[:-1], block[1:]]) + 1]
        for parent, child in self._rules.needed:
            above, below = instances.rows(parent), instances.rows(child)
            own = np.searchsorted(above, below, "right") - 1
            absent = np.ones(len(above), bool)
            absent[own[own >= 0]] = False
            found.append(above[absent])
        at = instances.line[np.concatenate(found)]
        self.unusual.extend(lines.places.offsets(at).tolist())

    def _add(self, code: Code, lines: Lines, at: Ints) -> None:
        numbers, offsets = lines.places.line_numbers(at), lines.places.offsets(at)
        for line, number, offset in zip(
            lines.code[at].tolist(), numbers.tolist(), offsets.tolist(), strict=True
        ):
            self.remarks.append(Remark(code, number, self._rules.names[line], offset))

    def _values(self, arena: Arena, lines: Lines, at: Ints) -> None:
        """As `tree.check_value`, for each of these lines."""
        code = lines.code[at]
        unknown = self._rules.check[code] == Check.UNKNOWN
        own = ~self._rules.service[code]
        self._add(Code.UNKNOWN_RUBRIQUE, lines, at[unknown & own])
        at, code = at[~unknown], code[~unknown].tolist()
        start = (lines.start[at] + VALUE).tolist()
        stop = (lines.start[at] + lines.length[at] - 1).tolist()
        wrong = [
            not self._accepts(number, bytes(arena.buffer[first:last]))
            for number, first, last in zip(code, start, stop, strict=True)
        ]
        self._add(Code.VALUE_OUT_OF_NORM, lines, at[np.array(wrong, bool)])

    def _word_accepted(self, number: int, word: int) -> bool:
        content = word.to_bytes(_LONGEST_WORD, "little").rstrip(b"\0")
        return self._accepts(number, content)

    def _accepts(self, number: int, content: bytes) -> bool:
        found = self._accepted.get((number, content))
        if found is None:
            norm, code = self.source.norm, self._rules.names[number]
            value, listed = self.source.text(content), norm.values(code)
            found = norm.rubriques[code].accepts(value)
            found = found and (not listed or value in listed)
            self._accepted[number, content] = found
        return found


def _not_ascii(arena: Arena, lines: Lines) -> Mask:
    """Lines with a character of several bytes."""
    found = np.zeros(len(lines.start), bool)
    where = np.flatnonzero(arena.bytes[MARGIN : lines.used] >= _NOT_ASCII) + MARGIN
    found[np.searchsorted(lines.start, where, "right") - 1] = True
    return found


class _Values:
    """The values of an arena, all but the surely right ones suspect."""

    def __init__(
        self, arena: Arena, lines: Lines, rules: Rules, accepted: WordAccepted
    ) -> None:
        self._arena = arena
        self._rules = rules
        self._accepted = accepted
        self._code = lines.code
        self._at = lines.start + VALUE
        self._length = lines.length - (VALUE + 1)

    def suspect(self) -> Mask:
        rules, code = self._rules, self._code
        check = rules.check.take(code)
        suspect: Mask = (self._length < rules.least.take(code)) | (
            self._length > rules.most.take(code)
        )
        suspect |= check == Check.UNKNOWN
        self._amounts(np.flatnonzero(check == Check.AMOUNT), suspect)
        values = np.flatnonzero(check == Check.VALUE)
        short = self._length[values] <= _LONGEST_WORD
        suspect[values[~short]] = True
        self._words(values[short], suspect)
        return suspect

    def _amounts(self, rows: Ints, suspect: Mask) -> None:
        at, code = self._at[rows], self._code[rows]
        cents, sound = read(Kind.CENTS, self._arena, at, self._length[rows])
        negative = self._arena.bytes[at] == _MINUS
        sound = sound & (self._rules.negative.take(code) | ~negative)
        sound &= self._rules.zero.take(code) | (cents != 0)
        suspect[rows] |= ~sound

    def _words(self, rows: Ints, suspect: Mask) -> None:
        """Each value of each code once."""
        if not len(rows):
            return
        code = self._code[rows]
        found, _ = read(Kind.CODE, self._arena, self._at[rows], self._length[rows])
        words = np.asarray(found, np.uint64)
        first, which = _distinct(code.astype(np.uint64), words)
        pairs = zip(code[first].tolist(), words[first].tolist(), strict=True)
        fine = np.array([self._accepted(*pair) for pair in pairs], bool)
        suspect[rows] |= ~fine[which]


def _distinct(code: Words, words: Words) -> tuple[Ints, Ints]:
    """The first row of each pair, and the pair of each row."""
    key = (words * _MIX[0]) ^ (code * _MIX[1])
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    if (words[first][which] == words).all() and (code[first][which] == code).all():
        return first, which
    pairs = np.stack([code, words], axis=1)  # two pairs of one key: never merged
    _, first, which = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    return first, which.reshape(-1)

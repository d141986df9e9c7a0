"""The lines of an arena: where each starts, what code it has, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from miroir.declaration.columns.arena import MARGIN, Arena
from miroir.declaration.columns.codes import VALUE, Codes
from miroir.declaration.columns.compiled import Rows, kernel
from miroir.declaration.columns.tables import Ints, Mask, Places
from miroir.declaration.grammar import MAXIMUM_RECORD

_TAB, _LF, _CR, _BLANK, _QUOTE, _DELETE = 9, 10, 13, 32, 39, 127
_LEAST = VALUE + 2
"""«Sxx.Gyy.zz.nnn,'v'»: no line is shorter."""
_EMPLOYEE = b"S21.G00.30."
_PLAIN = re.compile(rb"S21\.G00\.[0-9]{2}\.[0-9]{3},'[^\x00-\x08\x0a-\x1f\x7f]+'\r?")


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """`start` (in the buffer) and `length` of each line, its end left out;
    `code` by number, 0 where it is unknown.

    `odd`: well-formed lines that the norm does not have; `broken`: by rank of
    the part in the arena, the number of its first line that is none. `used`:
    the byte after the last line, its end included.
    """

    start: Ints
    length: Ints
    code: Ints
    places: Places
    odd: Ints
    broken: Mapping[int, int]
    used: int

    @property
    def sound(self) -> bool:
        """Whether every line is one of the norm."""
        return not len(self.odd) and not self.broken


def lines_of(arena: Arena, codes: Codes, before: int) -> Lines:
    """`before`: lines of the first part's file that came in earlier arenas."""
    compiled = kernel()
    text = arena.bytes[: arena.used]
    if compiled is None:
        found = _rows(arena, codes)
    else:
        found = compiled.lines(text, MARGIN, codes, (_LEAST, MAXIMUM_RECORD))
    start, length, code, sound, unsound = found
    places = _places(arena, start, before)
    odd, broken = np.zeros(0, np.int64), dict[int, int]()
    if unsound:
        feeds = np.append(start[1:], arena.used) - 1
        odd, broken = _unsound(arena, start, feeds, sound, places)
    return Lines(start, length, code, places, odd, broken, arena.used)


def _rows(arena: Arena, codes: Codes) -> Rows:
    """What `Kernel.lines` gives."""
    text = arena.bytes
    feeds = np.flatnonzero(text[MARGIN : arena.used] == _LF)
    feeds += MARGIN
    start = np.empty_like(feeds)
    start[0] = MARGIN
    np.add(feeds[:-1], 1, out=start[1:])
    returns = text[feeds - 1] == _CR
    end = feeds - returns
    length = end - start
    code, sound = _codes(arena, start, codes)
    sound &= text[end - 1] == _QUOTE
    # Below zero is above everything once unsigned: one test for two bounds.
    sound &= (length - _LEAST).view(np.uint64) <= MAXIMUM_RECORD - _LEAST
    _check_control(arena, feeds, returns, sound)
    code[~sound] = 0
    return Rows(start, length, code, sound, int(np.count_nonzero(~sound)))


def _codes(arena: Arena, start: Ints, codes: Codes) -> tuple[Ints, Mask]:
    """The code of each line, and whether its first sixteen bytes are its."""
    sixteen = arena.sixteens[start].view("<u8").reshape(-1, 2)
    key = sixteen[:, 1].copy()
    code = codes.of(key)
    sound = codes.key.take(code) == key
    sound &= codes.prefix.take(code) == sixteen[:, 0]
    return code, sound


def _check_control(arena: Arena, feeds: Ints, returns: Mask, sound: Mask) -> None:
    """No control character but line ends; counted first, sought when found."""
    text = arena.bytes[MARGIN : arena.used]
    usual = len(feeds) + int(np.count_nonzero(returns))
    low = np.count_nonzero(text < _BLANK)
    if low == usual and arena.buffer.find(_DELETE, MARGIN, arena.used) < 0:
        return
    strange = ((text < _BLANK) & (text != _TAB)) | (text == _DELETE)
    strange[feeds - MARGIN] = False
    strange[feeds[returns] - 1 - MARGIN] = False
    places = np.flatnonzero(strange) + MARGIN
    sound[np.searchsorted(feeds, places)] = False


def _places(arena: Arena, start: Ints, before: int) -> Places:
    starts = np.array([part.start for part in arena.parts])
    number = np.ones(len(starts), np.int64)
    if not arena.parts[0].first:
        number[0] += before
    return Places(
        part_line=np.searchsorted(start, starts),
        number=number,
        offset=np.array([part.offset for part in arena.parts]),
        start=start,
    )


def _unsound(
    arena: Arena, start: Ints, feeds: Ints, sound: Mask, places: Places
) -> tuple[Ints, dict[int, int]]:
    """A well-formed line of S21 may concern one employee only; any other line
    breaks its part, and so does one that may hide where an employee starts."""
    odd: list[int] = []
    broken: dict[int, int] = {}
    lines = np.flatnonzero(~sound)
    rows = zip(lines, places.part(lines), places.line_numbers(lines), strict=True)
    for line, part, number in rows:
        record = bytes(arena.buffer[start[line] : feeds[line]])
        following = bytes(arena.buffer[feeds[line] + 1 : feeds[line] + 1 + 11])
        hides = _EMPLOYEE in (record[:11], following)
        plain = _PLAIN.fullmatch(record) and len(record) <= MAXIMUM_RECORD
        if plain and not hides:
            odd.append(int(line))
        else:
            broken.setdefault(int(part), int(number))
    return np.array(odd, np.int64), broken

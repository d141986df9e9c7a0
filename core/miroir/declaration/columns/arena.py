"""Files packed into one buffer of a few MiB, large ones cut between employees.

The buffer stays in the cache of the processor and is used again and again, so
that memory does not grow with the files. A file of any size is cut right
before an employee; the bytes after the last cut open the next arena.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.tables import Piece, Words

MARGIN = 64
"""Spare bytes on both sides: words are read around a value."""
LONGEST_STRETCH = 1 << 27
"""Bytes without any employee beyond which a file is left to the full reader."""
_CUT = b"\nS21.G00.30.001,'"
_LINE_END = 10
_HOLE = 1 << 12
"""The most bytes that are read and thrown away between two pieces of a file: what
a segment says of each."""
_AT_ONCE = 500
"""Pieces of one reading: a system takes 1,024 places at once."""


class Part(NamedTuple):
    """What an arena holds of a piece: bytes `start` to `stop` of the buffer,
    which stand at `offset` in the piece. `padded`: one byte more, a line end
    that the file lacks."""

    rank: int
    start: int
    stop: int
    offset: int
    first: bool
    last: bool
    padded: bool


@dataclass(slots=True)
class Arena:
    """The buffer and the parts in it, in the order of the pieces.

    `bytes` of shape (n,), and `words[i]`: the eight bytes from byte i on.
    """

    buffer: bytearray
    parts: list[Part] = field(default_factory=list)
    used: int = MARGIN

    @property
    def bytes(self) -> NDArray[np.uint8]:
        return np.frombuffer(self.buffer, np.uint8)

    @property
    def words(self) -> Words:
        count = len(self.buffer) - 7
        return np.ndarray((count,), "<u8", self.buffer, 0, (1,))

    @property
    def sixteens(self) -> NDArray[np.void]:
        """The sixteen bytes from each byte on, gathered at the price of one."""
        return np.ndarray((len(self.buffer) - 15,), "V16", self.buffer, 0, (1,))

    @property
    def free(self) -> int:
        return len(self.buffer) - MARGIN - self.used - 1


class Arenas:
    """The arenas of some pieces; `give_up(rank, reason)` for one that cannot
    be packed. An arena is to be used before the next one is asked for."""

    def __init__(
        self, pieces: Sequence[Piece], size: int, give_up: Callable[[int, str], None]
    ) -> None:
        self._pieces = pieces
        self._size = size
        self._give_up = give_up
        self._open: tuple[str, int] | None = None

    def __iter__(self) -> Iterator[Arena]:
        arena, rank = self._new(self._size), 0
        try:
            while rank < len(self._pieces):
                piece = self._pieces[rank]
                if piece.length > arena.free and arena.parts:
                    yield arena
                    arena = Arena(arena.buffer)
                if piece.length <= arena.free:
                    rank = self._several(arena, rank)
                    continue
                yield from self._cut(arena, rank, piece)
                arena, rank = self._new(self._size), rank + 1
            if arena.parts:
                yield arena
        finally:
            self._close()

    def _new(self, size: int) -> Arena:
        whole = -(-(size + 2 * MARGIN + 1) // 8) * 8
        return Arena(bytearray(whole))

    def _several(self, arena: Arena, rank: int) -> int:
        """The piece, which has room, and those that follow it in the same file:
        one reading for all. Gives the rank of the first that is not in the arena.
        """
        pieces = self._neighbours(rank, arena.free)
        whole = len(pieces) > 1 and self._scattered(arena, pieces)
        for number, piece in enumerate(pieces, start=rank):
            stop = arena.used + piece.length
            if whole and piece.length and arena.buffer[stop - 1] == _LINE_END:
                self._place(arena, number, arena.used, stop)
                continue
            # One that lacks its last line end moves those after it by a byte.
            whole = False
            if piece.length > arena.free:
                return number
            self._whole(arena, number, piece)
        return rank + len(pieces)

    def _neighbours(self, rank: int, room: int) -> Sequence[Piece]:
        """At least the piece; then those that stand just after, as room allows."""
        first = self._pieces[rank]
        at, last = first.offset, min(rank + _AT_ONCE, len(self._pieces))
        end = rank
        while end < last:
            piece = self._pieces[end]
            near = 0 <= piece.offset - at <= _HOLE and piece.path == first.path
            if piece.content is not None or not near or piece.length > room:
                break
            at, room, end = piece.offset + piece.length, room - piece.length, end + 1
        return self._pieces[rank : max(end, rank + 1)]

    def _scattered(self, arena: Arena, pieces: Sequence[Piece]) -> bool:
        """Read pieces of one file, what is between them left out; False when some
        bytes are not there."""
        view, hole = memoryview(arena.buffer), memoryview(bytearray(_HOLE))
        used, at = arena.used, pieces[0].offset
        wanted = []
        for piece in pieces:
            wanted += [hole[: piece.offset - at], view[used : used + piece.length]]
            used, at = used + piece.length, piece.offset + piece.length
        length = at - pieces[0].offset
        descriptor = self._descriptor(pieces[0])
        return os.preadv(descriptor, wanted, pieces[0].offset) == length

    def _whole(self, arena: Arena, rank: int, piece: Piece) -> None:
        start = arena.used
        stop = self._read(arena.buffer, start, piece, 0, piece.length)
        if stop - start != piece.length or stop == start:
            self._give_up(rank, "empty, or shorter than announced")
            return
        self._place(arena, rank, start, stop)

    def _place(
        self,
        arena: Arena,
        rank: int,
        start: int,
        stop: int,
        offset: int = 0,
        last: bool = True,
    ) -> None:
        """Close the last line of a file that lacks its end."""
        padded = last and arena.buffer[stop - 1] != _LINE_END
        if padded:
            arena.buffer[stop] = _LINE_END
            stop += 1
        part = Part(rank, start, stop, offset, offset == 0, last, padded)
        arena.parts.append(part)
        arena.used = stop

    def _cut(self, arena: Arena, rank: int, piece: Piece) -> Iterator[Arena]:
        """A large piece, arena after arena."""
        done = stop = 0  # bytes of the piece given, and read
        held = arena.used  # where the bytes not given yet end in the buffer
        while True:
            wanted = min(len(arena.buffer) - MARGIN - 1 - held, piece.length - stop)
            end = self._read(arena.buffer, held, piece, stop, wanted)
            if end - held != wanted:
                self._give_up(rank, "shorter than announced")
                return
            stop, held = stop + wanted, end
            last = stop == piece.length
            cut = held if last else arena.buffer.rfind(_CUT, MARGIN + 1, held) + 1
            if cut <= MARGIN:
                if held > LONGEST_STRETCH:
                    self._give_up(rank, "no employee in a very long stretch")
                    return
                arena = self._larger(arena)
                continue
            self._place(arena, rank, MARGIN, cut, done, last)
            yield arena
            if last:
                return
            left = arena.buffer[cut:held]
            arena = Arena(arena.buffer)
            arena.buffer[MARGIN : MARGIN + len(left)] = left
            done, held = stop - len(left), MARGIN + len(left)

    def _larger(self, arena: Arena) -> Arena:
        larger = self._new(2 * len(arena.buffer))
        larger.buffer[: len(arena.buffer)] = arena.buffer
        return larger

    def _read(
        self, buffer: bytearray, at: int, piece: Piece, offset: int, length: int
    ) -> int:
        """Read into the buffer; gives the place after the last byte read."""
        if piece.content is not None:
            held = memoryview(piece.content)[offset : offset + length]
            buffer[at : at + len(held)] = held
            return at + len(held)
        descriptor = self._descriptor(piece)
        view = memoryview(buffer)
        while length:
            done = os.preadv(
                descriptor, [view[at : at + length]], piece.offset + offset
            )
            if not done:
                break
            at, offset, length = at + done, offset + done, length - done
        return at

    def _descriptor(self, piece: Piece) -> int:
        name = str(piece.path)
        if self._open is not None and self._open[0] == name:
            return self._open[1]
        self._close()
        descriptor = os.open(name, os.O_RDONLY)
        self._open = (name, descriptor)
        return descriptor

    def _close(self) -> None:
        if self._open is not None:
            os.close(self._open[1])
            self._open = None

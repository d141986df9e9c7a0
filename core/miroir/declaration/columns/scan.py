"""Read many files as columns: exact where it is sure, and said where not.

Arena after arena: lines, instances of blocks, heads of declarations, then the
wanted rubriques of employees. Nothing is looked at line by line.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from miroir.declaration.columns.arena import Arena, Arenas
from miroir.declaration.columns.codes import EMPLOYEE, codes
from miroir.declaration.columns.employees import declarations_of, employees_of
from miroir.declaration.columns.heads import HeadReader, Heads
from miroir.declaration.columns.instances import Instances, asked
from miroir.declaration.columns.lines import Lines, lines_of
from miroir.declaration.columns.tables import (
    Batch,
    Declarations,
    Ints,
    Kind,
    Mask,
    Odd,
    Piece,
    Words,
)
from miroir.declaration.columns.wanted import WANTED

T = TypeVar("T")
Watch = Callable[[Arena, Lines, Instances], None]
"""Told the lines and instances of each arena, before its batch is given."""
ARENA_BYTES = 1 << 23
"""Eight MiB: larger arenas leave the cache, smaller ones pay for the calls."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An arena before any value of an employee is read. `declaration` (its
    number in the scan, or -1), `period`, `nature` and `siret`: of each employee.
    """

    arena: Arena
    lines: Lines
    instances: Instances
    heads: Heads
    running: int
    declaration: Ints
    period: Ints
    nature: Ints
    siret: Ints

    @property
    def plain(self) -> bool:
        """Whether every line is of the norm and every block in its place."""
        return (
            self.lines.sound
            and not len(self.heads.wrong)
            and not self.instances.starts_badly
            and not len(self.instances.misplaced())
            and bool((self.declaration >= 0).all())
        )


class Scan:
    """The columns of some pieces, batch after batch, in the order given.

    `declarations` and `odd` are complete once the iteration has ended. Raises
    OSError when a piece cannot be read.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        *,
        wanted: Mapping[str, Kind] = WANTED,
        accept_tests: bool = False,
        arena_bytes: int = ARENA_BYTES,
        watch: Watch | None = None,
    ) -> None:
        self._watch = watch
        self._pieces = pieces
        self._wanted = asked(wanted)
        self._size = arena_bytes
        self._heads = HeadReader(accept_tests)
        self._odd: dict[int, Odd] = {}
        self._found: list[dict[str, Ints | Words | Mask]] = []
        self._lines_before = 0

    @property
    def odd(self) -> list[Odd]:
        """The pieces that the full reader has to read."""
        return [self._odd[rank] for rank in sorted(self._odd)]

    @property
    def declarations(self) -> Declarations:
        """Those found so far."""
        names = [name for name in Declarations.__slots__ if name != "sure"]
        columns = {
            name: np.concatenate([part[name] for part in self._found])
            if self._found
            else np.zeros(0, _TYPES.get(name, np.int64))
            for name in names
        }
        sure = ~np.isin(columns["piece"], list(self._odd))
        return Declarations(**columns, sure=sure)

    def __iter__(self) -> Iterator[Batch]:
        for arena in Arenas(self._pieces, self._size, self._give_up):
            batch = self._batch(self._opened(arena))
            if len(batch.odd):
                yield batch

    def told(self, tell: Callable[[Opened], T | None]) -> Iterator[T | Batch]:
        """What `tell` makes of each arena; its batch where that is nothing."""
        for arena in Arenas(self._pieces, self._size, self._give_up):
            opened = self._opened(arena)
            if not len(opened.declaration):
                self._batch(opened)
            elif (found := tell(opened)) is not None:
                yield found
            else:
                yield self._batch(opened)

    def _give_up(self, rank: int, reason: str, line: int = 0) -> None:
        known = self._odd.get(rank)
        if known is None or line < known.line:
            self._odd[rank] = Odd(
                piece=self._pieces[rank], rank=rank, line=line, reason=reason
            )

    def _opened(self, arena: Arena) -> Opened:
        lines = lines_of(arena, codes(), self._lines_before)
        instances = Instances(arena, lines, codes())
        if self._watch is not None:
            self._watch(arena, lines, instances)
        running = self._heads.running
        number = running.number
        before = {name: getattr(running, name) for name in _OF_EMPLOYEES}
        heads = self._heads.read(instances, len(lines.code), not arena.parts[-1].last)
        self._keep(arena, lines, instances, heads)
        for part, line in lines.broken.items():
            self._give_up(arena.parts[part].rank, "a line that is none", line)
        self._doubt(arena, lines, instances.line[heads.wrong], "envelope or head")
        self._lines_before = self._lines_in_last(arena, lines)
        rows = instances.rows(EMPLOYEE)
        own = np.searchsorted(heads.instance, rows, "right")
        of_employees = {
            name: np.append(open_one, heads.columns[name])[own].astype(np.int64)
            for name, open_one in before.items()
        }
        declaration = declarations_of(instances, lines, heads.instance, number, rows)
        return Opened(
            arena, lines, instances, heads, number, declaration, **of_employees
        )

    def _batch(self, opened: Opened) -> Batch:
        lines, heads = opened.lines, opened.heads.instance
        found = employees_of(
            opened.instances, lines, heads, opened.running, self._wanted
        )
        self._doubt(opened.arena, lines, found.outside, "outside any employee")
        return Batch(
            tables=found.tables,
            places=lines.places,
            period=opened.period,
            nature=opened.nature,
            siret=opened.siret,
            employee_end=found.end,
            odd=found.odd,
        )

    def _keep(
        self, arena: Arena, lines: Lines, instances: Instances, heads: Heads
    ) -> None:
        line = instances.line[heads.instance]
        ranks = np.array([part.rank for part in arena.parts], np.int64)
        self._found.append(
            {
                **heads.columns,
                "piece": ranks[lines.places.part(line)],
                "line": lines.places.line_numbers(line),
                "offset": lines.places.offsets(line),
            }
        )

    def _doubt(self, arena: Arena, lines: Lines, at: Ints, reason: str) -> None:
        places = lines.places
        for part, number in zip(places.part(at), places.line_numbers(at), strict=True):
            self._give_up(arena.parts[int(part)].rank, reason, int(number))

    def _lines_in_last(self, arena: Arena, lines: Lines) -> int:
        """Lines so far of a file that goes on in the next arena."""
        if arena.parts[-1].last:
            return 0
        last = np.array([len(lines.start) - 1])
        return int(lines.places.line_numbers(last)[0])


_OF_EMPLOYEES = ("period", "nature", "siret")
"""Told for each employee of a batch."""
_TYPES = {"norm": np.uint64, "test": np.bool_}


def prepare_process() -> None:
    """Keep freed memory for the next arena instead of giving it back.

    A quarter to a half faster with glibc; nothing elsewhere. For processes
    that only do bulk work.
    """
    if not sys.platform.startswith("linux"):
        return
    trim, top, threshold = -1, -2, -3
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(threshold, 1 << 25)  # the greatest that glibc takes
        libc.mallopt(trim, 1 << 30)
        libc.mallopt(top, 1 << 26)

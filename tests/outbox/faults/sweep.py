"""Killing a case at a place, letting others go on, and looking at what is left."""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from miroir.outbox.model import Status

from tests.outbox.faults.case import NEVER, PLANS, SHORT, Case, Clock
from tests.outbox.faults.forking import Ended, die_at_line, die_at_point, in_child
from tests.outbox.faults.history import asked_for, wrong
from tests.outbox.faults.site import Site

_ROOT = Path(__file__).parents[3]
_NAMED = re.compile(r'crashpoint\(\s*f?"([^"]+)"')
_TOGETHER = 10
_STEP = timedelta(minutes=10)
"""Longer than a lease: what one process leaves, the next one takes over."""


@dataclass
class Figures:
    """What a sweep found. `wrong` holds a line per violation."""

    kills: int = 0
    runs: int = 0
    actions: int = 0
    reached: set[str] = field(default_factory=set)
    cells: set[tuple[str, str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    persons: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        kinds = Counter(
            "doubled" if "doubled" in each else "lost" if "lost" in each else "other"
            for each in self.wrong
        )
        asked = ", ".join(
            f"{name} {count}" for name, count in sorted(self.persons.items())
        )
        return (
            f"{self.kills} kills in {self.runs} runs of {self.actions} actions, "
            f"{len(self.reached)} named points, {len(self.cells)} cells; "
            f"lost {kinds['lost']}, doubled {kinds['doubled']}, other {kinds['other']}; "
            f"left to persons: {asked or 'none'}; {self.seconds:.0f} s"
        )


def named_points() -> tuple[str, ...]:
    """Every crash point of the code, and of the double's own client."""
    found: set[str] = set()
    for folder in ("core/miroir", "tests/outbox/double"):
        for path in (_ROOT / folder).rglob("*.py"):
            found.update(_NAMED.findall(path.read_text("utf-8")))
    moves = {name for name in found if "{" in name}
    for name in moves:
        found.remove(name)
        found.update(name.replace("{to.value}", status.value) for status in Status)
    return tuple(sorted(found))


class Sweep:
    """Runs on one store with one class. Each run has its own time and intents."""

    def __init__(self, site: Site, store: str, delivery: str, figures: Figures) -> None:
        self.site, self.store, self.delivery = site, store, delivery
        self.figures = figures
        self._hours = 0
        # Here and not in a child: what is compiled once is then known to all.
        self._case(f"{delivery}-first", tuple(PLANS)).live()

    def at_points(self, points: tuple[str, ...]) -> None:
        """Kill once at each named point, wherever it is passed."""
        for point in points:
            started = time.monotonic()
            run = f"{self.delivery}-{point}"
            if self._killed(run, tuple(PLANS), partial(die_at_point, point)):
                self._reached(point)
            else:
                # Passed only by who takes over from a dead one.
                run += "-taken-over"
                first = lambda: die_at_point("call.answered")
                if self._killed(run, tuple(PLANS), first, partial(die_at_point, point)):
                    self._reached(point)
            self.figures.seconds += time.monotonic() - started

    def at_lines(self, count: int, seed: int, *, everywhere: bool = False) -> None:
        """Kill so many times, each at a line drawn at random.

        Lines of Miroir, or with `everywhere` those of libraries too.

        What several dead processes left is taken over together.
        """
        started = time.monotonic()
        dice = random.Random(seed)
        die = partial(die_at_line, everywhere=everywhere)
        lengths = [self._count_lines(names, die) for names in SHORT]
        self.figures.lines = max(self.figures.lines, *lengths)
        before = self.figures.kills
        while self.figures.kills - before < count:
            left = []
            for _ in range(_TOGETHER):
                kind = dice.randrange(len(SHORT))
                line = dice.randrange(1, lengths[kind] + 1)
                run = f"{self.delivery}-{seed}-{self._hours}-{line}"
                # Two runs differ by some lines: one that ends first is no kill.
                self._live(run, SHORT[kind], partial(die, line))
                left.append((run, SHORT[kind]))
            self._finish(*left)
            print(".", end="", file=sys.stderr, flush=True)  # noqa: T201
            self.figures.seconds += time.monotonic() - started
            started = time.monotonic()
            if self.figures.kills % 100 < _TOGETHER:
                print(self.figures, file=sys.stderr, flush=True)  # noqa: T201

    def _killed(
        self, run: str, names: tuple[str, ...], *arms: Callable[[], object]
    ) -> bool:
        """Run with each arm in turn, then without; was the last one killed?"""
        killed = False
        for arm in arms:
            killed = self._live(run, names, arm).killed
        self._finish((run, names))
        return killed

    def _live(
        self, run: str, names: tuple[str, ...], arm: Callable[[], object]
    ) -> Ended:
        case = self._case(run, names)

        def live() -> None:
            arm()
            case.live()

        ended = in_child(live)
        self.figures.kills += ended.killed
        if ended.failure:
            self.figures.wrong.append(f"{self.store} {run}: {ended.failure}")
        return ended

    def _finish(self, *left: tuple[str, tuple[str, ...]]) -> None:
        cases = [self._case(run, names) for run, names in left]

        def finish() -> tuple[list[str], int]:
            found, asked = [], 0
            for case in cases:
                keys = case.live()
                with case.site.store as store:
                    never = tuple(name for name in NEVER if name in case.names)
                    faults = wrong(store, case.site.double, keys, never)
                    found += [f"{case.run}: {fault}" for fault in faults]
                    asked += asked_for(store, keys)
            return found, asked

        ended = in_child(finish)
        if ended.failure:
            self.figures.wrong.append(f"{self.store} {left}: {ended.failure}")
            return
        found, asked = ended.value
        self.figures.wrong += [f"{self.store} {each}" for each in found]
        self.figures.persons[self.delivery] += asked
        self.figures.runs += len(left)
        self.figures.actions += sum(len(names) for _, names in left)

    def _case(self, run: str, names: tuple[str, ...]) -> Case:
        self._hours += 1
        return Case(
            site=self.site,
            delivery=self.delivery,
            run=run,
            names=names,
            clock=Clock(self._hours * _STEP),
        )

    def _count_lines(
        self, names: tuple[str, ...], die: Callable[[int], Callable[[], int]]
    ) -> int:
        case = self._case(f"{self.delivery}-lines-{self._hours}", names)

        def count() -> int:
            passed = die(0)
            case.live()
            return passed()

        found = in_child(count).value_of("counting lines")
        assert isinstance(found, int)
        return found

    def _reached(self, point: str) -> None:
        self.figures.reached.add(point)
        self.figures.cells.add((point, self.store, self.delivery))

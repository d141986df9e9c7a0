"""Attempts in a process that may be killed in the middle, asked for from the test."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from miroir.types.delivery import Destination, Intent

PATH = "MIROIR_TRIAL_PATH"
"""Where the process finds modules: as the test does."""
AFTER = "all is done"
"""The last point: the effect is there, and nothing was answered."""
_LINE = "line "


class How(Enum):
    """What happens at a point."""

    NOTHING = "nothing"
    KILLED = "killed"
    FAILS = "fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One attempt, and what happens at one of its points, counted from 0."""

    destination: Destination[Any]
    action: Any
    intent: Intent
    how: How = How.NOTHING
    at: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was said of an attempt, «unknown» when it died; the points it passed.

    A point stands before a line of the plugin's code, or a call of the system.
    `modules` are those that it imported.
    """

    said: str
    why: str = ""
    points: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def line(number: int, module: str) -> str:
    """The name of the point before a line."""
    return f"{_LINE}{number} of {module}"


def may_fail(point: str) -> bool:
    """Whether it is a call of the system: a line does not fail by itself."""
    return not point.startswith(_LINE) and point != AFTER


@contextmanager
def attempts() -> Iterator[Callable[[Order], Answer]]:
    """Start the process; what it gives carries out one order at a time."""
    command = [sys.executable, "-m", "miroir.testing.delivery.dying"]
    path = os.pathsep.join(each or str(Path.cwd()) for each in sys.path)
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, PATH: path},
    ) as process:
        orders, answers = process.stdin, process.stdout
        if orders is None or answers is None:  # they are pipes
            raise AssertionError

        def attempt(order: Order) -> Answer:
            pickle.dump(order, orders)
            orders.flush()
            answer: Answer = pickle.load(answers)
            return answer

        try:
            yield attempt
        finally:
            process.kill()

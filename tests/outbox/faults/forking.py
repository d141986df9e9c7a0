"""Running something in a forked child, which may be killed at any moment."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from miroir.outbox import crashing


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: killed, or with a value, or with a traceback."""

    killed: bool
    value: Any = None
    failure: str = ""

    def value_of(self, doing: str) -> Any:
        assert not self.killed and not self.failure, f"{doing}: {self.failure}"
        return self.value


def in_child(work: Callable[[], object]) -> Ended:
    """Run `work` in a child of this process, and wait for it."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _live(work, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, os.WTERMSIG(status)
        return Ended(killed=True)
    value, failure = pickle.loads(said)
    return Ended(killed=False, value=value, failure=failure)


def die() -> None:
    """At once, as a power cut would have it."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_point(name: str, occurrence: int = 1) -> None:
    """Die in this process at the n-th passage of a crash point."""
    passed = 0

    def pass_by(reached: str) -> None:
        nonlocal passed
        passed += reached == name
        if passed == occurrence:
            die()

    crashing.arm(pass_by)


def die_at_line(number: int, *, everywhere: bool = False) -> Callable[[], int]:
    """Die after so many lines of Miroir, or of any Python with `everywhere`.

    Gives a way to count the lines run; 0 never dies.
    """
    lines = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        if event == "call" and not everywhere and not _is_ours(frame):
            return None
        if event == "line":
            lines += 1
            if lines == number:
                die()
        return trace

    sys.settrace(trace)
    return lambda: lines


def _is_ours(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return "/miroir/" in name or "/tests/outbox/" in name


def _live(work: Callable[[], object], write: int) -> None:
    value, failure = None, ""
    try:
        value = work()
    except BaseException:  # noqa: BLE001
        failure = traceback.format_exc()
    sys.settrace(None)
    with os.fdopen(write, "wb") as pipe:
        pipe.write(pickle.dumps((value, failure)))
    os._exit(0)

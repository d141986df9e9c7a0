"""The process where a destination is interrupted: killed, or failed by the system.

Run as `python -m miroir.testing.delivery.dying`: it answers one pickled `Answer`
per pickled `Order`, each carried out in a fork that may die.
"""

from __future__ import annotations

import errno
import importlib
import os
import pickle
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Any

from miroir.testing.delivery.attempts import AFTER, PATH, Answer, How, Order, line
from miroir.testing.delivery.recovering import NOT_DONE

_PATIENCE_S = 60
_MOST_POINTS = 5_000
_CHANGES = frozenset(
    {
        *("os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir"),
        *("os.truncate", "os.chmod", "os.utime", "subprocess.Popen"),
        *("socket.connect", "socket.sendto", "socket.sendmsg", "sqlite3.connect"),
    }
)
"""Calls of the system that change something, as `sys.audit` names them."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


@dataclass(slots=True)
class _Watch:
    """Counts the points of an attempt, and acts at one."""

    package: str
    how: How
    at: int
    points: list[str] = field(default_factory=list)
    on: bool = True

    def audited(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and (event in _CHANGES or _writes(event, arguments)):
            self.reach(event)

    def traced(self, frame: FrameType, event: str, _: object) -> Any:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] != self.package:
            return None
        if event == "line" and self.on:
            self.reach(line(frame.f_lineno, module))
        return self.traced

    def reach(self, point: str) -> None:
        if len(self.points) >= _MOST_POINTS:
            return
        self.points.append(point)
        if len(self.points) - 1 != self.at:
            return
        if self.how is How.KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.how is How.FAILS:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _writes(event: str, arguments: tuple[object, ...]) -> bool:
    flags = arguments[2] if event == "open" and len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & _WRITES)


def attempt(order: Order) -> Answer:
    """Send, in this process, which may be killed."""
    package = type(order.destination).__module__.partition(".")[0]
    watch = _Watch(package, order.how, order.at)
    known = set(sys.modules)
    sys.addaudithook(watch.audited)
    said, why = "done", ""
    sys.settrace(watch.traced)
    try:
        order.destination.send(order.action, order.intent)
    except NOT_DONE as error:
        said, why = "not done", str(error)
    except Exception as error:  # noqa: BLE001 - whatever else is raised means the same
        said, why = "unknown", f"{type(error).__name__}: {error}"
    finally:
        sys.settrace(None)
    watch.reach(AFTER)
    watch.on = False
    return Answer(
        said=said,
        why=why,
        points=tuple(watch.points),
        modules=tuple(name for name in sys.modules if name not in known),
    )


def _forked(order: Order) -> Answer:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            signal.alarm(_PATIENCE_S)
            with os.fdopen(writing, "wb") as answers:
                pickle.dump(attempt(order), answers)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        said = answers.read()
    os.waitpid(child, 0)
    answer: Answer = pickle.loads(said) if said else Answer(said="unknown")
    return answer


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Carry out orders until there are none."""
    while True:
        try:
            order = pickle.load(orders)
        except EOFError:
            return
        answer = _forked(order)
        for module in answer.modules:  # the next forks have them already
            with suppress(Exception):
                importlib.import_module(module)
        pickle.dump(answer, answers)
        answers.flush()


def main() -> None:
    """Serve; whatever a destination prints goes to the standard error."""
    sys.path[:] = os.environ[PATH].split(os.pathsep)
    sys.dont_write_bytecode = True  # a file written, and not by the destination
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()

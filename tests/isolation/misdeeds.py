"""What a plugin may do wrong, wherever it is asked; each is one function.

What a function gives back, its plugin gives. `None` from one that is not a
`GARBAGE`: nothing wrong is given, and the plugin answers as it should.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import decimal
import itertools
import locale
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

Do = Callable[[], object]
MIB = 1024 * 1024


class Odd(BaseException):
    """What `except Exception` lets pass."""


class Stranger:
    """A class that nobody else knows."""


class ExitsWhenSent:
    def __reduce__(self) -> str:
        os._exit(4)


class ExitsWhenMade:
    """Harmless to send; whoever builds it again exits."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (5,)


def raises() -> object:
    raise ValueError("vu 1 85 05 78 006 084 36")


def raises_odd() -> object:
    raise Odd("not for you")


def exits() -> object:
    sys.exit("enough")


def exits_at_once() -> object:
    os._exit(0)


def interrupts() -> object:
    raise KeyboardInterrupt


def loops() -> object:
    while True:
        pass


def sleeps() -> object:
    time.sleep(3600)
    return None


def matches_for_ever() -> object:
    return re.fullmatch(r"(a+)+", "a" * 64 + "b")


def eats_memory() -> object:
    return bytearray(4096 * MIB) and None


def recurses() -> object:
    return recurses()


def crashes() -> object:
    return ctypes.string_at(0)


def kills_itself() -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def kills_its_group() -> object:
    os.killpg(0, signal.SIGTERM)
    time.sleep(60)
    return None


def closes_everything() -> object:
    os.closerange(0, 64)
    return None


def writes_everywhere() -> object:
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"\xff" * 64)
    return None


def floods() -> object:
    line = "x" * 1_000
    for _ in range(4_000):
        print(line)  # noqa: T201
    os.write(2, b"straight to the descriptor\n")
    return None


def leaves_a_child() -> object:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    return None


def upsets_its_process() -> object:
    """Folder, environment, language, signals, arithmetic, built-in names."""
    os.chdir("/")
    os.umask(0o777)
    os.environ["PATH"] = "/nowhere"
    os.environ["MISDEED"] = "done"
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "C")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    decimal.getcontext().prec = 2
    sys.setrecursionlimit(200)
    sys.path.clear()
    builtins.sum = lambda *given: 13  # type: ignore[assignment]
    return None


def gives_a_text() -> object:
    return "abc"


def gives_a_stranger() -> object:
    return [Stranger()]


def gives_a_lambda() -> object:
    return [lambda: 1]


def gives_no_end() -> object:
    return itertools.count()


def gives_what_exits_when_sent() -> object:
    return [ExitsWhenSent()]


def gives_what_exits_when_made() -> object:
    return [ExitsWhenMade()]


def gives_too_much() -> object:
    return "x" * (65 * MIB)


HARMLESS: Mapping[str, Do] = {
    each.__name__: each for each in (floods, leaves_a_child, upsets_its_process)
}
"""The plugin answers as it should: nobody has anything to suffer from it."""
GARBAGE: Mapping[str, Do] = {
    each.__name__: each
    for each in (
        gives_a_text,
        gives_a_stranger,
        gives_a_lambda,
        gives_no_end,
        gives_what_exits_when_sent,
        gives_what_exits_when_made,
        gives_too_much,
    )
}
LATE: Mapping[str, Do] = {
    each.__name__: each for each in (loops, sleeps, matches_for_ever)
}
MISDEEDS: Mapping[str, Do] = {
    **{
        each.__name__: each
        for each in (
            raises,
            raises_odd,
            interrupts,
            exits,
            exits_at_once,
            eats_memory,
            recurses,
            crashes,
            kills_itself,
            kills_its_group,
            closes_everything,
            writes_everywhere,
        )
    },
    **LATE,
    **GARBAGE,
    **HARMLESS,
}
SAID: Mapping[str, str] = {
    "raises": "ValueError",
    "raises_odd": "Odd: not for you",
    "interrupts": "KeyboardInterrupt",
    "exits": "SystemExit: enough",
    "exits_at_once": "its process ended (exit code 0)",
    "eats_memory": "it asked for more than its 512 MiB of memory",
    "recurses": "RecursionError",
    "crashes": "its process ended (SIGSEGV)",
    "kills_itself": "its process ended (SIGKILL)",
    "kills_its_group": "its process ended (SIGTERM)",
    "loops": "it did not answer within",
    "sleeps": "it did not answer within",
    "matches_for_ever": "it did not answer within",
    "gives_what_exits_when_sent": "its process ended (exit code 4)",
}
"""What is said of a misdeed, the same everywhere; of the others, that they are
wrong, in words of their place."""

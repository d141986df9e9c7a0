"""The two ways in which a child is born.

`spawned`: a new interpreter, which knows nothing of this program and imports
what it needs; some tenths of a second. `forked`: a copy of this program, which
has at once all that it holds, without copying it; some milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import fcntl
import gc
import os
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import IO, NoReturn, Protocol, TextIO

from miroir.errors import PluginNotStarted
from miroir.isolation.host import Limits
from miroir.isolation.limiting import impose, mapped_bytes

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_FAILED = 70
Serve = Callable[[IO[bytes], IO[bytes]], None]
"""What a forked child does: read calls, write answers, until there are no more."""


class Process(Protocol):
    """What `subprocess.Popen` says of a process; negative: killed by a signal."""

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """A child and our ends of its pipes.

    `theirs` and `lifeline`: the two ends of a pipe on which a spawned child
    notices that this program is gone; -1 where the system tells it.
    """

    pid: int
    process: Process
    calls: int
    answers: int
    printed: int
    theirs: int = -1
    lifeline: int = -1


def spawned(limits: Limits) -> Born:
    """A new interpreter at the head of its own session; PluginNotStarted."""
    theirs, lifeline = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "miroir.isolation.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_environment(limits),
            pass_fds=(theirs,),
            start_new_session=True,
        )
    except OSError as error:
        os.close(lifeline)
        raise _none(error) from None
    finally:
        os.close(theirs)
    return Born(
        pid=process.pid,
        process=process,
        calls=_taken(process.stdin),
        answers=_taken(process.stdout),
        printed=_taken(process.stderr),
        theirs=theirs,
        lifeline=lifeline,
    )


def forked(limits: Limits, serve: Serve) -> Born:
    """A copy of this program at the head of its own session; PluginNotStarted.

    It has nothing open but its pipes, prints into one of them, and leaves
    without ending anything that it has from here. It dies with the thread
    that made it.
    """
    libc = ctypes.CDLL(None)
    parent = os.getpid()
    ends: list[int] = []
    try:
        for _ in range(3):
            ends += os.pipe()
        pid = _fork()
    except OSError as error:
        for end in ends:
            os.close(end)
        raise _none(error) from None
    calls, ours_calls, ours_answers, answers, ours_printed, printed = ends
    if pid == 0:
        _be_a_child(libc, parent, limits, serve, (calls, answers, printed))
    for end in (calls, answers, printed):
        os.close(end)
    return Born(
        pid=pid,
        process=_Forked(pid),
        calls=ours_calls,
        answers=ours_answers,
        printed=ours_printed,
    )


def _fork() -> int:
    with warnings.catch_warnings():
        # From Python 3.12 on it warns where there are threads: the child
        # takes no lock of theirs, and one that waits for ever is killed.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _be_a_child(
    libc: ctypes.CDLL,
    parent: int,
    limits: Limits,
    serve: Serve,
    pipes: Sequence[int],
) -> NoReturn:
    code = _FAILED
    try:
        os.setsid()
        _forget_signals()
        with contextlib.suppress(AttributeError):  # Linux alone has it
            libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == parent:
            calls, answers = _own_descriptors(*pipes)
            gc.freeze()  # else looking for cycles would copy all that it has
            impose(limits, mapped=mapped_bytes())
            serve(calls, answers)
            code = 0
    except BaseException:  # noqa: BLE001
        with contextlib.suppress(BaseException):
            traceback.print_exc()
    finally:
        # Nothing of the parent's is ended here: no handler, no finaliser.
        os._exit(code)


def _forget_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _own_descriptors(
    calls: int, answers: int, printed: int
) -> tuple[IO[bytes], IO[bytes]]:
    """Close all that is the parent's: its database, its sockets, its terminal."""
    # A program without standard streams has others at their places.
    calls, answers, printed = (
        fcntl.fcntl(end, fcntl.F_DUPFD, 3) for end in (calls, answers, printed)
    )
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    kept = 2
    for end in sorted((calls, answers)):
        os.closerange(kept + 1, end)
        kept = end
    os.closerange(kept + 1, max(os.sysconf("SC_OPEN_MAX"), kept + 1))
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = _printing(1)
    sys.stderr = _printing(2)
    faulthandler.enable(2)  # it wrote where nothing is open any more
    return os.fdopen(calls, "rb"), os.fdopen(answers, "wb", 0)


def _printing(descriptor: int) -> TextIO:
    return os.fdopen(
        descriptor,
        "w",
        buffering=1,
        encoding="utf-8",
        errors="backslashreplace",
        closefd=False,
    )


class _Forked:
    """A child by `fork`, as `Process` wants it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        end = None if timeout is None else monotonic() + timeout
        pause = 0.0001
        while (code := self.poll()) is None:
            if end is not None and monotonic() > end:
                raise subprocess.TimeoutExpired("a forked child", timeout or 0)
            sleep(pause)
            pause = min(pause * 2, 0.02)
        return code


def _taken(pipe: IO[bytes] | None) -> int:
    """The descriptor of a pipe of Popen, ours to close from now on."""
    assert pipe is not None
    descriptor = os.dup(pipe.fileno())
    pipe.close()
    return descriptor


def _environment(limits: Limits) -> dict[str, str]:
    kept = (*_KEPT, *_CERTIFICATES)
    given = {name: os.environ[name] for name in kept if name in os.environ}
    return {**given, **limits.environment}


def _none(error: OSError) -> PluginNotStarted:
    return PluginNotStarted(f"no process can be started: {error}")

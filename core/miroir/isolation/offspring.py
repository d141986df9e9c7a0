"""A child at the other end of its pipes, and how to be rid of it.

The parent never waits longer than it said: it writes and reads without
blocking, drains what the child prints meanwhile, and kills it with all that
it started.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import selectors
import signal
import subprocess
from time import monotonic

from miroir.errors import (
    PluginCrashed,
    PluginGarbage,
    PluginNotStarted,
    PluginTooSlow,
)
from miroir.isolation.births import Born
from miroir.privacy import mask

_PIECE = 65_536
_PIPE = 1024 * 1024
_TAIL = 4_096
_LEAVING = 1.0
"""Seconds that a child which is told to go has to do so."""
log = logging.getLogger(__name__)


class Child:
    """One process, the pipes to it, and what it printed.

    `printed` counts bytes. `left_behind`: once it is ended, whether it had
    started others that were still there.
    """

    def __init__(self, born: Born) -> None:
        self._born = born
        self.pid = born.pid
        self.printed = 0
        self.left_behind = False
        self._tail = b""
        for end in (born.calls, born.answers, born.printed):
            os.set_blocking(end, False)
        with contextlib.suppress(AttributeError, OSError):  # Linux alone has it
            fcntl.fcntl(born.answers, fcntl.F_SETPIPE_SZ, _PIPE)
        self._selector = selectors.PollSelector()
        self._selector.register(born.printed, selectors.EVENT_READ)

    def alive(self) -> bool:
        return self._born.process.poll() is None

    def write(self, data: bytes, until: float) -> None:
        """Write a whole call; raises PluginNotStarted, as half of one is none."""
        left = memoryview(data)
        while left:
            end = self._born.calls
            if not self._wait(end, selectors.EVENT_WRITE, until):
                raise PluginNotStarted("it did not take the call in time")
            try:
                left = left[os.write(end, left[:_PIECE]) :]
            except BrokenPipeError:
                raise PluginNotStarted(self.died()) from None
            except BlockingIOError:
                continue

    def read(self, most: int, until: float) -> bytes:
        """Some bytes of an answer, `most` at most; PluginTooSlow, PluginCrashed."""
        while True:
            end = self._born.answers
            if not self._wait(end, selectors.EVENT_READ, until):
                raise PluginTooSlow("it did not answer in time")
            try:
                piece = os.read(end, min(most, _PIPE))
            except BlockingIOError:
                continue
            if not piece:
                raise PluginCrashed(self.died())
            return piece

    def read_line(self, most: int, until: float) -> bytes:
        """Up to a newline, which ends what is written; PluginGarbage beyond."""
        line = bytearray()
        while not line.endswith(b"\n"):
            line += self.read(_PIECE, until)
            if len(line) > most:
                raise PluginGarbage("what it answered is too long")
        return bytes(line)

    def read_exactly(self, size: int, until: float) -> bytes:
        """So many bytes."""
        pieces, left = [], size
        while left:
            pieces.append(self.read(left, until))
            left -= len(pieces[-1])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def died(self) -> str:
        """What became of a process whose pipe is closed."""
        try:
            code = self._born.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "its process closed its pipe"
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"its process ended ({how})"

    def leave(self) -> None:
        """Let it end by itself, then end what it left behind."""
        os.close(self._born.calls)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._born.process.wait(timeout=_LEAVING)
            self.left_behind = self._kill_group()
        self._end(self._born.answers)

    def kill(self) -> None:
        """End it at once, and all that it started."""
        self._end(self._born.calls, self._born.answers)

    def _end(self, *ends: int) -> None:
        self._kill_group()
        if self.alive():  # so young that it does not lead its group yet
            os.kill(self.pid, signal.SIGKILL)
        self._born.process.wait()
        self._drain()
        self._selector.close()
        for end in (*ends, self._born.printed):
            os.close(end)
        if self._born.lifeline >= 0:
            os.close(self._born.lifeline)
        if self._tail:
            text = self._tail.decode("utf-8", "replace")
            log.debug("it printed at last: %s", mask(text))

    def _kill_group(self) -> bool:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _wait(self, end: int, event: int, until: float) -> bool:
        """Whether an end is ready before then; what is printed is drained."""
        self._selector.register(end, event)
        try:
            while True:
                ready = self._selector.select(max(until - monotonic(), 0))
                if any(key.fd == end for key, _ in ready):
                    return True
                if not ready or monotonic() > until:
                    return False
                self._drain_once()
        finally:
            self._selector.unregister(end)

    def _drain_once(self) -> bool:
        try:
            piece = os.read(self._born.printed, _PIECE)
        except BlockingIOError:
            return False
        if not piece:
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._born.printed)
            return False
        self.printed += len(piece)
        self._tail = (self._tail + piece)[-_TAIL:]
        return True

    def _drain(self) -> None:
        """What is there already: a grandchild may keep the pipe open for ever."""
        for _ in range(_PIPE // _PIECE):
            if not self._drain_once():
                return

"""The wall clock of an exchange, and whether a byte of a request has left.

The time-outs of sockets bound one silence each: a server that gives a byte now
and then, in its headers even, holds a call for ever. At the deadline the
connection is shut from the side, whatever the call is waiting for.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar


class Deadline:
    """A moment of the monotonic clock that nothing outlives."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain; not below zero."""
        return max(self._end - time.monotonic(), 0.0)


class Guard:
    """Watches one request. `sending`: its first byte may have left."""

    def __init__(self, deadline: Deadline, connect_s: float) -> None:
        self.deadline = deadline
        self.sending = False
        self.expired = False
        self._connect_s = connect_s
        self._watched: socket.socket | None = None
        self._lock = threading.Lock()

    def time_to_connect(self) -> float:
        """Seconds that a connection may take to open; never zero."""
        return max(min(self._connect_s, self.deadline.left()), 0.001)

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection at the deadline."""
        # A copy of the descriptor: TLS takes the original away from its object.
        with self._lock:
            self._forget()
            self._watched = socket.socket(fileno=socket.dup(connection.fileno()))
            if self.expired:
                self._shut()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            self._shut()

    def _shut(self) -> None:
        if self._watched is not None:
            with contextlib.suppress(OSError):  # the other side has closed it
                self._watched.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        """Guard what is sent by this thread until the end of the block."""
        timer = threading.Timer(self.deadline.left(), self._expire)
        timer.daemon = True
        token = _CURRENT.set(self)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            _CURRENT.reset(token)
            with self._lock:
                self._forget()


_CURRENT: ContextVar[Guard] = ContextVar("miroir-http-guard")


def current() -> Guard:
    """The guard of the request that this thread sends."""
    return _CURRENT.get()

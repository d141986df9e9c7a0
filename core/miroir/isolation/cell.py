"""A handler of objects in a child: a copy of this program, or a new one.

What goes in may be anything; what comes out is made of Miroir's own types
(`wire`). Every failure is one of `miroir.errors`, which says what was done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from miroir.errors import (
    MiroirError,
    PluginCrashed,
    PluginGarbage,
    PluginNotStarted,
    PluginRaised,
    PluginTooSlow,
)
from miroir.isolation.births import forked, spawned
from miroir.isolation.host import Limits, decode, encode
from miroir.isolation.objects import serve_objects
from miroir.isolation.offspring import Child
from miroir.isolation.process import first_line
from miroir.isolation.wire import read_known, written

Handle = Callable[[object], object]
log = logging.getLogger(__name__)


class Mode(StrEnum):
    """Where code of others runs."""

    FORK = "fork"
    """In a copy of this program, which has all that it holds."""
    PROCESS = "process"
    """In a new interpreter, which imports what it needs."""
    NONE = "none"
    """Here: nothing but exceptions is held."""


class Foreseen(MiroirError):
    """An error of Miroir's own classes, raised in a child: `error`."""

    def __init__(self, error: MiroirError, raised: PluginRaised) -> None:
        self.error, self.raised = error, raised
        super().__init__(str(error))


@dataclass(frozen=True, slots=True)
class Ended:
    """What is seen once a child is ended: bytes printed, processes left."""

    printed: int = 0
    left_behind: bool = False


class Cell:
    """Calls `handle` in a child, one call at a time, from one thread.

    In a new process, `handle` and the requests are pickled. The child starts
    at the first call, and again after one that it did not survive.
    """

    def __init__(self, handle: Handle, mode: Mode, limits: Limits) -> None:
        self._handle, self._mode, self._limits = handle, mode, limits
        self._child: Child | None = None

    def call(self, request: object, seconds: float) -> object:
        """What the handler gives.

        Raises PluginNotStarted when it surely never saw the request, Foreseen
        or PluginRaised when it raised; PluginTooSlow, PluginCrashed,
        PluginGarbage when it did not answer, after which its child is gone.
        """
        child = self._ready()
        try:
            until = monotonic() + seconds
            self._write(child, request, until)
            answer = self._read(child, until)
        except BaseException:
            self.kill()
            raise
        return _given(answer)

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive()

    def close(self) -> Ended:
        """Let the child go, and end what it started."""
        child, self._child = self._child, None
        if child is None:
            return Ended()
        child.leave()
        return Ended(child.printed, child.left_behind)

    def kill(self) -> None:
        """End the child and all that it started, at once."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _ready(self) -> Child:
        if self._child is None or not self._child.alive():
            self.kill()
            self._child = self._start()
        return self._child

    def _start(self) -> Child:
        if self._mode is Mode.FORK:
            handle = self._handle
            return Child(
                forked(
                    self._limits,
                    lambda calls, answers: serve_objects(handle, calls, answers),
                )
            )
        born = spawned(self._limits)
        child = Child(born)
        try:
            first = first_line(SAME, self._handle, self._limits, born, "objects")
            until = monotonic() + self._limits.start_seconds
            child.write(encode(first), until)
            message = decode(child.read_line(self._limits.answer_bytes, until))
            if "ready" not in message:
                raise PluginNotStarted(f"it did not load: {message.get('failed')}")
        except BaseException as error:
            child.kill()
            if isinstance(error, PluginCrashed | PluginTooSlow | PluginGarbage):
                what = f"its process did not start: {error}"
                raise PluginNotStarted(what) from None
            raise
        return child

    def _write(self, child: Child, request: object, until: float) -> None:
        try:
            pieces = list(written(request))
        except Exception as error:  # noqa: BLE001
            what = f"the call cannot be written for it: {type(error).__name__}"
            raise PluginNotStarted(what) from None
        for piece in pieces:
            child.write(piece, until)

    def _read(self, child: Child, until: float) -> object:
        most = self._limits.answer_bytes
        return read_known(lambda size: child.read_exactly(size, until), most)


SAME = "miroir.isolation.cell:same"


def same(handle: Handle) -> Handle:
    """The handler of a new process: it came as it is."""
    return handle


def _given(answer: object) -> object:
    match answer:
        case ("given", value):
            return value
        case ("unread", str(said)):
            raise PluginNotStarted(f"the call cannot be read there: {said}")
        case ("raised", str(said), str(kind), str(where), error):
            log.debug("%s\n%s", said, where)
            raised = PluginRaised(said, kind=kind)
            if isinstance(error, MiroirError):
                raise Foreseen(error, raised)
            raise raised
    raise PluginGarbage("what it answered is no answer")

"""One plugin in a child of its own, asked one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

from miroir.errors import (
    ConfigurationError,
    PluginCrashed,
    PluginError,
    PluginRaised,
    PluginTooSlow,
)
from miroir.isolation import Cell, Foreseen, Limits, Mode
from miroir.plugins.among import among_threads
from miroir.plugins.conduct import Conduct, Misbehaviour, kind_of
from miroir.plugins.guarding import Allowed, blamed
from miroir.plugins.provider import Provider

_FLOOD = 1024 * 1024
"""Bytes that a plugin may print before it is said to flood."""


class Contained:
    """Asks, and blames the plugin by its name for whatever it does instead.

    `handle` runs in the child. Used by one thread; closed at the end, which
    ends what the plugin left behind.
    """

    def __init__(
        self,
        provider: Provider,
        handle: Callable[[object], object],
        mode: Mode,
        limits: Limits,
        conduct: Conduct,
    ) -> None:
        self._provider, self._mode, self._limits = provider, mode, limits
        self._conduct = conduct
        self._cell = Cell(handle, mode, limits)

    def ask(
        self,
        request: object,
        *,
        doing: str,
        what: str,
        seconds: float,
        through: Allowed = (),
        apart: Callable[[], object] | None = None,
    ) -> object:
        """What the child gives.

        `doing` and `what` are those of `Task`. `apart` is the same request for
        a new process, where it may be made again. Raises PluginError, and
        unchanged the errors of `through` and ConfigurationError.
        """
        self._conduct.require_at_work(self._provider, doing, what)
        try:
            return self._call(request, seconds, apart)
        except Foreseen as error:
            if isinstance(error.error, (ConfigurationError, *through)):
                raise error.error from None
            self._blame(doing, error.raised)
        except PluginError as error:
            self._blame(doing, error)

    def close(self) -> None:
        """End the child; what it printed or left is told."""
        ended = self._cell.close()
        if ended.printed > _FLOOD:
            told = f"printed {ended.printed // _FLOOD} MiB, thrown away"
            self._conduct.note(
                self._provider, Misbehaviour.FLOODED, f"Plugin {self._provider} {told}"
            )
        if ended.left_behind:
            told = "left processes behind, which were ended"
            kind = Misbehaviour.LEFT_PROCESSES
            self._conduct.note(self._provider, kind, f"Plugin {self._provider} {told}")

    def _call(
        self, request: object, seconds: float, apart: Callable[[], object] | None
    ) -> object:
        try:
            return self._cell.call(request, seconds)
        except PluginTooSlow:
            if apart is not None and self._mode is Mode.FORK and among_threads():
                return self._apart(apart, seconds)
            raise PluginTooSlow(_late(seconds)) from None

    def _apart(self, call: Callable[[], object], seconds: float) -> object:
        """Ask a new process what a copy did not answer in time.

        A copy made while other threads were at work may wait for ever for what
        one of them held: the plugin is not to be blamed for that.
        """
        cell = Cell(perform, Mode.PROCESS, self._limits)
        try:
            return cell.call(call, seconds)
        except PluginError as error:
            if isinstance(error, PluginCrashed | PluginRaised):
                raise
            raise PluginTooSlow(_late(seconds)) from None
        finally:
            cell.kill()

    def _blame(self, doing: str, error: PluginError) -> NoReturn:
        if isinstance(error, PluginRaised) and error.kind == "MemoryError":
            what = f"it asked for more than its {self._limits.memory_mib} MiB of memory"
            error = PluginRaised(what, kind=error.kind)
            self._cell.kill()
        found = blamed(self._provider, doing, error)
        self._conduct.note(self._provider, kind_of(error), str(found))
        raise found from None


def perform(call: object) -> object:
    """What a new process does with a request that is a call."""
    assert callable(call)
    return call()


class Nth:
    """What a copy does with a request that is a place: it has the calls."""

    def __init__(self, calls: Sequence[Callable[[], object]]) -> None:
        self._calls = calls

    def __call__(self, place: object) -> object:
        assert isinstance(place, int)
        return self._calls[place]()


def _late(seconds: float) -> str:
    return f"it did not answer within {seconds:g} s, and was stopped"

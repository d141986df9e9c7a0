"""A handler in a child process, called in lines of JSON."""

from __future__ import annotations

import base64
import pickle
import sys
from time import monotonic

from miroir.errors import (
    PluginCrashed,
    PluginGarbage,
    PluginNotStarted,
    PluginRaised,
    PluginTooSlow,
)
from miroir.isolation.births import Born, forked, spawned
from miroir.isolation.host import Json, Limits, decode, encode
from miroir.isolation.offspring import Child
from miroir.isolation.serving import serve


class ProcessHost:
    """Calls, one at a time, the handler that a factory makes of `state`.

    `factory` is «package.module:function»; `state` is pickled: the child
    imports its class. The child starts at the first call, and again after
    it was killed.

    Example::

        host = ProcessHost("miroir.outbox.serving:serve", destination)
        host.call("send", {...}, seconds=30)
    """

    def __init__(
        self, factory: str, state: object, limits: Limits | None = None
    ) -> None:
        self._factory, self._state = factory, state
        self._limits = limits or Limits()
        self._child: Child | None = None

    def start(self) -> None:
        """As `Host.start`."""
        self._ready()

    def call(self, method: str, params: Json, seconds: float) -> Json:
        """As `Host.call`."""
        try:
            line = encode({"method": method, "params": params})
        except (TypeError, ValueError) as error:
            raise PluginNotStarted(f"the call is no JSON: {error}") from None
        child = self._ready()
        try:
            return _answer(self._exchange(child, line, monotonic() + seconds))
        except PluginRaised:
            raise
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int | None:
        """The child, None when there is none."""
        return None if self._child is None else self._child.pid

    def close(self) -> None:
        """Kill the child and all that it started."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _born(self) -> Born:
        return spawned(self._limits)

    def _ready(self) -> Child:
        if self._child is not None and self._child.alive():
            return self._child
        self.close()
        born = self._born()
        child = Child(born)
        try:
            first = encode(first_line(self._factory, self._state, self._limits, born))
            until = monotonic() + self._limits.start_seconds
            message = self._exchange(child, first, until)
        except (PluginCrashed, PluginTooSlow, PluginGarbage, PluginNotStarted) as error:
            child.kill()
            raise PluginNotStarted(f"its process did not start: {error}") from None
        except BaseException:
            child.kill()
            raise
        if "ready" not in message:
            child.kill()
            raise PluginNotStarted(f"it did not load: {message.get('failed')}")
        self._child = child
        return child

    def _exchange(self, child: Child, line: bytes, until: float) -> dict[str, object]:
        child.write(line, until)
        return decode(child.read_line(self._limits.answer_bytes, until))


class ForkedHost(ProcessHost):
    """The same in a copy of this program: at once, with all that it holds.

    To be called from the thread that called it first.
    """

    def _born(self) -> Born:
        return forked(self._limits, serve)


def first_line(
    factory: str, state: object, limits: Limits, born: Born, wire: str = "json"
) -> Json:
    """What a child is told before any call."""
    return {
        "path": sys.path,
        "factory": factory,
        "state": base64.b64encode(pickle.dumps(state)).decode(),
        "lifeline": born.theirs,
        "wire": wire,
        "limits": {
            "memory_mib": limits.memory_mib,
            "file_mib": limits.file_mib,
            "open_files": limits.open_files,
        }
        if born.theirs >= 0
        else None,
    }


def _answer(message: dict[str, object]) -> Json:
    if "raised" in message:
        kind = str(message.get("kind", ""))
        raise PluginRaised(str(message["raised"]), kind=kind)
    answer = message.get("answer")
    if not isinstance(answer, dict):
        raise PluginGarbage("what it answered is no JSON object")
    return answer

"""A handler in a child process, and the pipes to it.

The parent never waits longer than it said: it writes and reads without
blocking, and kills the child with all that it started.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import pickle
import selectors
import signal
import subprocess
import sys
import threading
from time import monotonic
from typing import IO

from miroir.errors import (
    PluginCrashed,
    PluginGarbage,
    PluginNotStarted,
    PluginRaised,
    PluginTooSlow,
)
from miroir.isolation.host import Json, Limits, decode, encode
from miroir.privacy import mask

_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_PIECE = 65_536
_TAIL = 4_096
log = logging.getLogger(__name__)


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
        self._child: _Child | None = None

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
            message = child.exchange(line, monotonic() + seconds)
            return _answer(message)
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

    def _ready(self) -> _Child:
        if self._child is not None and self._child.alive():
            return self._child
        self.close()
        child = _Child(self._limits)
        try:
            first = encode(self._first(child))
            message = child.exchange(first, monotonic() + self._limits.start_seconds)
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

    def _first(self, child: _Child) -> Json:
        limits = self._limits
        return {
            "path": sys.path,
            "factory": self._factory,
            "state": base64.b64encode(pickle.dumps(self._state)).decode(),
            "lifeline": child.lifeline,
            "limits": {
                "memory_mib": limits.memory_mib,
                "file_mib": limits.file_mib,
                "open_files": limits.open_files,
            },
        }


def _answer(message: dict[str, object]) -> Json:
    if "raised" in message:
        kind = str(message.get("kind", ""))
        raise PluginRaised(str(message["raised"]), kind=kind)
    answer = message.get("answer")
    if not isinstance(answer, dict):
        raise PluginGarbage("what it answered is no JSON object")
    return answer


class _Child:
    """One process, the two pipes to it, and the one that it dies with."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.lifeline, self._hold = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "miroir.isolation.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=_environment(limits),
                pass_fds=(self.lifeline,),
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._hold)
            raise PluginNotStarted(f"no process can be started: {error}") from None
        finally:
            os.close(self.lifeline)
        self.pid = self._process.pid
        self._printed = _Printed(_pipe(self._process.stderr))
        self._in, self._out = _pipe(self._process.stdin), _pipe(self._process.stdout)
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)

    def alive(self) -> bool:
        return self._process.poll() is None

    def exchange(self, line: bytes, until: float) -> dict[str, object]:
        """Write one line, read one. A line not wholly written was never read."""
        left = memoryview(line)
        with selectors.DefaultSelector() as selector:
            selector.register(self._in, selectors.EVENT_WRITE)
            while left:
                self._wait(selector, until, PluginNotStarted)
                try:
                    left = left[os.write(self._in.fileno(), left[:_PIECE]) :]
                except BrokenPipeError:
                    raise PluginNotStarted(self._died()) from None
                except BlockingIOError:
                    continue
            selector.unregister(self._in)
            selector.register(self._out, selectors.EVENT_READ)
            return decode(self._read_line(selector, until))

    def kill(self) -> None:
        # The group: what the plugin started goes too.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._in, self._out):
            pipe.close()
        os.close(self._hold)
        self._printed.end()

    def _read_line(self, selector: selectors.BaseSelector, until: float) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n"):
            self._wait(selector, until, PluginTooSlow)
            try:
                piece = os.read(self._out.fileno(), _PIECE)
            except BlockingIOError:
                continue
            if not piece:
                raise PluginCrashed(self._died())
            line += piece
            if len(line) > self._limits.answer_bytes:
                raise PluginGarbage("what it answered is too long")
        return bytes(line)

    def _wait(
        self,
        selector: selectors.BaseSelector,
        until: float,
        late: type[PluginNotStarted | PluginTooSlow],
    ) -> None:
        if not selector.select(max(until - monotonic(), 0)):
            raise late("it did not answer in time")

    def _died(self) -> str:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "its process closed its pipe"
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"its process ended ({how})"


class _Printed:
    """What a child prints, drained so that it never blocks; the end is kept."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._tail = b""
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while piece := os.read(self._pipe.fileno(), _PIECE):
            self._tail = (self._tail + piece)[-_TAIL:]

    def end(self) -> None:
        # A grandchild that left the group may keep the pipe open.
        self._thread.join(timeout=1)
        if self._thread.is_alive():
            return
        self._pipe.close()
        if self._tail:
            text = self._tail.decode("utf-8", "replace")
            log.debug("it printed at last: %s", mask(text))


def _environment(limits: Limits) -> dict[str, str]:
    kept = (*_KEPT, *_CERTIFICATES)
    given = {name: os.environ[name] for name in kept if name in os.environ}
    return {**given, **limits.environment}


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe

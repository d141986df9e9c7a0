"""A handler called here: nothing guards against a crash, a loop or a leak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from miroir.errors import PluginGarbage, PluginNotStarted, PluginRaised
from miroir.isolation.host import Handler, Json, Limits, decode, encode
from miroir.privacy import mask

T = TypeVar("T")


class InlineHost(Generic[T]):
    """Calls the handler that `factory` makes of `state`."""

    def __init__(
        self, factory: Callable[[T], Handler], state: T, limits: Limits | None = None
    ) -> None:
        self._factory, self._state = factory, state
        self._limits = limits or Limits()
        self._handler: Handler | None = None

    def call(self, method: str, params: Json, seconds: float) -> Json:
        """As `Host.call`, but for the time, which nobody can hold it to."""
        self.start()
        assert self._handler is not None
        try:
            answer = self._handler(method, params)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001
            raise PluginRaised(described(error), kind=type(error).__name__) from None
        try:
            line = encode(answer)
        except (TypeError, ValueError, RecursionError):
            raise PluginGarbage("what it answered is no JSON") from None
        if len(line) > self._limits.answer_bytes:
            raise PluginGarbage("what it answered is too long")
        return decode(line)

    def close(self) -> None:
        """Forget the handler."""
        self._handler = None

    def start(self) -> None:
        """As `Host.start`."""
        if self._handler is None:
            try:
                self._handler = self._factory(self._state)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001
                raise PluginNotStarted(described(error)) from None


def described(error: BaseException) -> str:
    """An exception in one line, personal numbers hidden."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - its own __str__ may be broken
        text = type(error).__name__
    return mask(text)[:500]

"""What a host is: calls by name, in JSON, each within a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from miroir.errors import PluginGarbage

Json = Mapping[str, object]
Handler = Callable[[str, Json], Json]
"""What a factory gives: it answers one call."""

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may take. `start_seconds`: to import and be ready.

    `environment`: variables it is given beside the few that are harmless.
    """

    memory_mib: int = 512
    file_mib: int = 256
    open_files: int = 256
    answer_bytes: int = MIB
    start_seconds: float = 30.0
    environment: Mapping[str, str] = field(default_factory=dict)


class Host(Protocol):
    """Answers calls; may be closed, and starts again when it is called."""

    def start(self) -> None:
        """Be ready for a call; raises PluginNotStarted."""

    def call(self, method: str, params: Json, seconds: float) -> Json:
        """Call the handler; at most so many seconds.

        Raises PluginNotStarted when the handler surely never saw the call;
        PluginRaised, PluginTooSlow, PluginCrashed, PluginGarbage when it did,
        or may have.
        """

    def close(self) -> None:
        """End what runs."""


def encode(message: Json) -> bytes:
    """One line; raises TypeError, ValueError for what is no JSON."""
    return json.dumps(message, allow_nan=False).encode() + b"\n"


def decode(line: bytes) -> dict[str, object]:
    """The object of a line; raises PluginGarbage, which quotes nothing."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise PluginGarbage("what it answered is no JSON") from None
    if not isinstance(message, dict):
        raise PluginGarbage("what it answered is no JSON object")
    return message

"""What plugins did wrong while a command ran, and who is set aside for it."""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic

from miroir.errors import (
    PluginCrashed,
    PluginError,
    PluginGarbage,
    PluginNotStarted,
    PluginSetAside,
    PluginTooSlow,
    WrongHookResult,
)
from miroir.plugins.notes import Note, add
from miroir.plugins.provider import Provider
from miroir.privacy import mask
from miroir.running import run_id

_SET_ASIDE_SECONDS = 3600.0
_SHOWN = 5
log = logging.getLogger(__name__)


class Misbehaviour(StrEnum):
    """What a plugin may do wrong."""

    RAISED = "raised"
    WRONG_RESULT = "wrong_result"
    """What it gave is not what its hook promises."""
    GARBAGE = "garbage"
    """What its process answered cannot be read."""
    CRASHED = "crashed"
    TOO_SLOW = "too_slow"
    NOT_STARTED = "not_started"
    FLOODED = "flooded"
    """It printed so much that it was thrown away."""
    LEFT_PROCESSES = "left_processes"


COSTLY = frozenset({Misbehaviour.CRASHED, Misbehaviour.TOO_SLOW, Misbehaviour.GARBAGE})
"""What costs its process or its time: enough of them, and it is set aside."""


@dataclass(slots=True)
class _Record:
    counts: Counter[Misbehaviour] = field(default_factory=Counter)
    costly: int = 0
    aside_until: float = 0.0
    not_done: Counter[str] = field(default_factory=Counter)


class Conduct:
    """Counts what each plugin does wrong; safe between threads.

    A plugin that costs its process `strikes` times is set aside until the
    command ends, an hour at most. `notes`: the folder where they are kept for
    other commands; None: they are not.
    """

    def __init__(self, strikes: int = 3, notes: Path | None = None) -> None:
        self._strikes, self._notes = strikes, notes
        self._records: dict[Provider, _Record] = defaultdict(_Record)
        self._lock = threading.Lock()

    def note(self, provider: Provider, kind: Misbehaviour, told: str) -> None:
        """Count one misbehaviour; `told` in one line, for the log."""
        log.warning("%s", told)
        with self._lock:
            record = self._records[provider]
            record.counts[kind] += 1
            record.costly += kind in COSTLY
            if record.costly == self._strikes:
                record.aside_until = monotonic() + _SET_ASIDE_SECONDS
                log.error(
                    "plugin %s is set aside for the rest of this run: %s",
                    provider,
                    _counted(record.counts),
                )
        self._keep(provider, kind, told)

    def require_at_work(self, provider: Provider, doing: str, what: str) -> None:
        """Raise PluginSetAside while a plugin is set aside.

        `what` it does not do is counted under this name.
        """
        with self._lock:
            record = self._records.get(provider)
            if record is None or record.costly < self._strikes:
                return
            if monotonic() > record.aside_until:
                record.costly = 0
                return
            record.not_done[what] += 1
            raise PluginSetAside(
                f"Plugin {provider} was not asked, while {doing}: it is set aside"
                f" for the rest of this run ({_counted(record.counts)})."
            )

    def counts(self) -> dict[str, Counter[Misbehaviour]]:
        """How often each plugin did what, by its name."""
        with self._lock:
            return {
                provider.name: Counter(record.counts)
                for provider, record in self._records.items()
            }

    def told(self) -> Iterator[str]:
        """What is to be said at the end: who was set aside, and what is not done."""
        with self._lock:
            records = sorted(self._records.items())
        for provider, record in records:
            if record.not_done:
                left = [
                    f"{what} ({count} times)"
                    for what, count in record.not_done.most_common(_SHOWN)
                ]
                yield (
                    f"plugin {provider} was set aside ({_counted(record.counts)});"
                    f" not done: {', '.join(left)}"
                )

    def _keep(self, provider: Provider, kind: Misbehaviour, told: str) -> None:
        if self._notes is None:
            return
        note = Note(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            run=run_id(),
            plugin=provider.name,
            release=provider.release,
            kind=kind.value,
            told=mask(told),
        )
        add(self._notes, note)


def kind_of(error: PluginError) -> Misbehaviour:
    """What an error says that a plugin did."""
    for class_, kind in (
        (PluginCrashed, Misbehaviour.CRASHED),
        (PluginTooSlow, Misbehaviour.TOO_SLOW),
        (PluginGarbage, Misbehaviour.GARBAGE),
        (PluginNotStarted, Misbehaviour.NOT_STARTED),
        (WrongHookResult, Misbehaviour.WRONG_RESULT),
    ):
        if isinstance(error, class_):
            return kind
    return Misbehaviour.RAISED


def _counted(counts: Counter[Misbehaviour]) -> str:
    return ", ".join(
        f"{kind.replace('_', ' ')} {counts[kind]}" for kind in sorted(counts)
    )

"""Every cause that is known: those of the catalogue, then those of plugins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from miroir.diagnostic.catalogue import entries
from miroir.plugins.manager import PluginManager
from miroir.plugins.provider import Provider
from miroir.types.diagnosis import Cause

OWN = "own"
"""The family of causes that a plugin brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCause:
    """A cause, its family, and the diagnostics that are on and may find it.

    `provider` is the plugin of the first of them; None when nothing finds it.
    """

    cause: Cause
    family: str
    detectors: tuple[str, ...]
    provider: Provider | None

    @property
    def detected(self) -> bool:
        return bool(self.detectors)


def known_causes(plugins: PluginManager) -> tuple[KnownCause, ...]:
    """By id; a cause of the catalogue may be found by a plugin's diagnostic."""
    known = {entry.cause.id: (entry.cause, entry.family) for entry in entries()}
    detectors: dict[str, list[tuple[str, Provider]]] = defaultdict(list)
    for diagnostic, provider in plugins.diagnostics():
        for cause in diagnostic.causes:
            known.setdefault(cause.id, (cause, OWN))
            detectors[cause.id].append((diagnostic.name, provider))
    return tuple(
        KnownCause(
            cause=cause,
            family=family,
            detectors=tuple(name for name, _ in detectors[id]),
            provider=detectors[id][0][1] if detectors[id] else None,
        )
        for id, (cause, family) in sorted(known.items())
    )

"""Places where a process may die: named, and nothing more until a test arms one."""

from __future__ import annotations

from collections.abc import Callable

_armed: Callable[[str], None] | None = None


def crashpoint(name: str) -> None:
    """A place between two effects that a crash may separate."""
    if _armed is not None:
        _armed(name)


def arm(act: Callable[[str], None] | None) -> None:
    """Have `act` called at every crash point of this process; None: no more."""
    global _armed
    _armed = act

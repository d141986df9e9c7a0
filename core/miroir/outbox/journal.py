"""What the journal is told of an action: one line per change of state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Fact = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act; `facts` hold nothing personal."""

    act: str
    actor: str
    siren: str = ""
    subject: str = ""
    outcome: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


Note = Callable[[Entry], None]
"""Adds a line in the transaction under way."""


def note_nothing(_: Entry) -> None:
    """For who keeps no journal."""

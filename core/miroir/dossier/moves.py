"""Tables of allowed moves, and refusals that say why. Read by advisers: French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from miroir.errors import MiroirError
from miroir.synthesis.french import typographic

S = TypeVar("S", bound=StrEnum)


class MoveRefused(MiroirError):
    """Something may not be done to a dossier as it stands.

    The text says why, in French: an adviser reads it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(typographic(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Generic[S]):
    """One line of a table: from any of `sources` to `target`.

    `reason`: nothing is moved without a reason given.
    """

    name: str
    label: str
    sources: frozenset[S]
    target: S
    reason: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves(Generic[S]):
    """A whole table. `what` names what moves: «le dossier»; `labels`: states."""

    what: str
    labels: Mapping[S, str]
    table: tuple[Move[S], ...]

    def possible(self, state: S) -> tuple[Move[S], ...]:
        """What may be done from a state, in the order of the table."""
        return tuple(move for move in self.table if state in move.sources)

    def target(self, state: S, name: str, reason: str = "") -> S:
        """Where a move leads; raises MoveRefused, which says why."""
        move = next((each for each in self.table if each.name == name), None)
        if move is None:
            known = ", ".join(each.name for each in self.table)
            raise MoveRefused(f"Aucun mouvement ne s’appelle {name} ; il y a {known}.")
        if state not in move.sources:
            raise MoveRefused(
                f"Impossible de {move.label} : {self.what} est dans l’état"
                f" «{self.labels[state]}». {self._instead(state)}"
            )
        if move.reason and not reason.strip():
            raise MoveRefused(f"Pour {move.label}, il faut dire pourquoi.")
        return move.target

    def _instead(self, state: S) -> str:
        labels = [f"{move.name} ({move.label})" for move in self.possible(state)]
        if not labels:
            return "Cet état est définitif."
        return f"On peut : {', '.join(labels)}."


def states(*names: S) -> frozenset[S]:
    """The sources of a move."""
    return frozenset(names)


def all_but(excluded: S, every: Iterable[S]) -> frozenset[S]:
    """Every state except one."""
    return frozenset(every) - {excluded}

"""A desk: who works, when, on which tables, under which rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from miroir.dossier import lease
from miroir.dossier.model import Dossier, EventKind
from miroir.dossier.rules import Rules
from miroir.store.database import Tables
from miroir.synthesis.french import typographic

ROBOT = "Miroir"
"""The actor of what no person decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that an act on a dossier needs. `now` has a time zone.

    `over_lease`: what comes from outside, such as a client's call, is taken
    even while someone else works on the dossier.
    """

    tables: Tables
    actor: str
    now: datetime
    rules: Rules = field(default_factory=Rules)
    over_lease: bool = False
    sends: frozenset[str] = frozenset()
    _load: dict[str, int] = field(default_factory=dict, repr=False)

    def load(self) -> dict[str, int]:
        """Open dossiers of each adviser, counted once for the transaction."""
        if not self._load:
            self._load.update(self.tables.worklists.load())
        return self._load

    @property
    def local_now(self) -> datetime:
        """The present moment as the advisers' clocks show it."""
        return self.now.astimezone(self.rules.zone)

    @property
    def today(self) -> date:
        return self.rules.today(self.now)

    def robot(self) -> Desk:
        """The same desk, nobody sitting at it."""
        return replace(self, actor=ROBOT)

    def hold(self, siren: str) -> Dossier:
        """The dossier of a company, locked until the end of the transaction.

        Raises NothingFound, or MoveRefused when someone else works on it.
        """
        dossier = self.tables.cases.get(siren, lock=True)
        if self.actor != ROBOT and not self.over_lease:
            lease.require_free(dossier, self.actor, self.local_now)
        return dossier

    def save(self, dossier: Dossier) -> Dossier:
        return self.tables.cases.save(dossier, self.now)

    def say(self, dossier: Dossier, kind: EventKind, text: str) -> None:
        """Add one entry to the thread."""
        self.tables.cases.say(dossier.id, self.now, self.actor, kind, typographic(text))

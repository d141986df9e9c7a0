"""Legitimate gaps: dated, justified, expiring, for persons, groups or companies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from miroir.dossier.model import GapKind, GapRef
from miroir.dossier.moves import MoveRefused
from miroir.synthesis.french import euros
from miroir.types.amounts import Cents
from miroir.types.period import Month


class MemoryScope(StrEnum):
    EMPLOYEE = "employee"
    GROUP = "group"
    COMPANY = "company"


SCOPES = {
    MemoryScope.EMPLOYEE: "un salarié",
    MemoryScope.GROUP: "un groupe de salariés",
    MemoryScope.COMPANY: "toute l’entreprise",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegitimateGap:
    """A decision: these gaps are right, for this reason, until this day.

    `subjects` are pseudonyms, or institutions for payments; empty for the
    whole company. `since` and `until` bound the months concerned, `until`
    included. `most` in cents, per person and month: beyond it the gap is
    another one, and shows again.
    """

    id: int = 0
    siren: str
    scope: MemoryScope
    kind: GapKind = GapKind.EMPLOYEE
    siret: str = ""
    subjects: tuple[str, ...] = ()
    since: Month
    until: Month | None = None
    cause: str = ""
    justification: str
    decided_by: str
    decided_on: date
    expires_on: date
    most: Cents | None = None
    withdrawn_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the decision is still in force."""
        return on <= self.expires_on and self.withdrawn_on is None

    def covers(self, ref: GapRef, amount: Cents) -> bool:
        """Whether a gap is one of those that were decided upon."""
        return (
            ref.kind is self.kind
            and self.siret in ("", ref.siret)
            and (self.scope is MemoryScope.COMPANY or ref.subject in self.subjects)
            and self.since <= ref.period
            and (self.until is None or ref.period <= self.until)
            and (self.most is None or abs(amount) <= self.most)
        )


def checked(memory: LegitimateGap) -> LegitimateGap:
    """The decision itself; raises MoveRefused, in French, when it says too little."""
    named = len(memory.subjects)
    if not memory.justification.strip():
        raise MoveRefused("Un écart légitime doit être justifié.")
    if memory.expires_on <= memory.decided_on:
        raise MoveRefused("Un écart légitime expire après le jour de la décision.")
    if memory.until is not None and memory.until < memory.since:
        raise MoveRefused("Le dernier mois concerné précède le premier.")
    if memory.scope is MemoryScope.EMPLOYEE and named != 1:
        raise MoveRefused("Nommer un salarié, par son pseudonyme.")
    if memory.scope is MemoryScope.GROUP and named < 2:
        raise MoveRefused("Un groupe compte au moins deux salariés.")
    if memory.scope is MemoryScope.COMPANY and named:
        raise MoveRefused("Toute l’entreprise est concernée : ne nommer personne.")
    return memory


def explained(
    gaps: Mapping[GapRef, Cents], memories: Iterable[LegitimateGap], on: date
) -> dict[GapRef, LegitimateGap]:
    """The gaps that a decision in force explains, each by the oldest one."""
    in_force = [memory for memory in memories if memory.holds(on)]
    found: dict[GapRef, LegitimateGap] = {}
    for ref, amount in gaps.items():
        for memory in in_force:
            if memory.covers(ref, amount):
                found[ref] = memory
                break
    return found


def described(memory: LegitimateGap) -> str:
    """One line in French: what, why, by whom, until when."""
    months = f"depuis {memory.since}"
    if memory.until is not None:
        months = f"de {memory.since} à {memory.until}"
    most = f", {euros(memory.most)} au plus par mois" if memory.most else ""
    return (
        f"Écart légitime ({SCOPES[memory.scope]}, {months}{most}) :"
        f" {memory.justification} — {memory.decided_by},"
        f" le {memory.decided_on:%d/%m/%Y}, jusqu’au {memory.expires_on:%d/%m/%Y}"
    )

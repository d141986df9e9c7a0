"""The closed loop: what a later DSN changes in the gaps that are followed.

The comparison rests on person, month and amount. The id of a CRM, which a
correction may carry, is a bonus and never needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from miroir.dossier.memory import LegitimateGap, explained
from miroir.dossier.model import GapRef, TrackedGap
from miroir.dossier.states import GapState
from miroir.synthesis.french import count, euros
from miroir.types.amounts import Cents
from miroir.types.diagnosis import TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the latest analysis says. `gaps`: those beyond the tolerance.

    `tolerance`: a change that small is rounding.
    `filed_on`: the day of the declaration that now holds each person and
    month, gap or not; a gap that is gone was corrected that day.
    """

    gaps: Mapping[GapRef, Cents]
    filed_on: Mapping[GapRef, date]
    at: datetime
    tolerance: Cents = TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The gaps after a comparison, and what changed among them."""

    gaps: tuple[TrackedGap, ...]
    appeared: tuple[TrackedGap, ...] = ()
    returned: tuple[TrackedGap, ...] = ()
    corrected: tuple[TrackedGap, ...] = ()
    reduced: tuple[TrackedGap, ...] = ()
    grown: tuple[TrackedGap, ...] = ()
    legitimate: tuple[TrackedGap, ...] = ()

    @property
    def changed(self) -> bool:
        return any(getattr(self, name) for name in _SAID)

    @property
    def worse(self) -> bool:
        """Whether there is new work: something appeared, returned or grew."""
        return bool(self.appeared or self.returned or self.grown)

    @property
    def left(self) -> tuple[TrackedGap, ...]:
        return tuple(gap for gap in self.gaps if gap.state is GapState.OPEN)


_SAID = {
    "corrected": ("écart corrigé", "écarts corrigés"),
    "reduced": ("écart réduit", "écarts réduits"),
    "grown": ("écart aggravé", "écarts aggravés"),
    "returned": (
        "écart revenu après correction",
        "écarts revenus après correction",
    ),
    "appeared": ("écart apparu", "écarts apparus"),
    "legitimate": ("écart reconnu légitime", "écarts reconnus légitimes"),
}
"""How each sort of change is said, of one gap and of several."""


def follow(
    tracked: Iterable[TrackedGap],
    found: Found,
    memories: Iterable[LegitimateGap],
) -> Followed:
    """Compare the gaps that are followed with those of the latest analysis."""
    known = {gap.ref: gap for gap in tracked}
    right = explained(found.gaps, memories, found.at.date())
    sorts: dict[str, list[TrackedGap]] = {name: [] for name in _SAID}
    after: list[TrackedGap] = []
    for ref in sorted({*known, *found.gaps}):
        gap, said = _one(ref, known.get(ref), found, right)
        after.append(gap)
        if said:
            sorts[said].append(gap)
    return Followed(
        gaps=tuple(after), **{name: tuple(gaps) for name, gaps in sorts.items()}
    )


def _one(
    ref: GapRef,
    before: TrackedGap | None,
    found: Found,
    right: Mapping[GapRef, LegitimateGap],
) -> tuple[TrackedGap, str]:
    """One gap after the comparison, and the word for what happened to it."""
    amount = found.gaps.get(ref, 0)
    if amount == 0:
        assert before is not None
        return _gone(before, found)
    state = GapState.LEGITIMATE if ref in right else GapState.OPEN
    if before is None:
        new = TrackedGap(
            ref=ref,
            first=amount,
            amount=amount,
            state=state,
            since=found.at,
            changed_at=found.at,
        )
        return new, "legitimate" if ref in right else "appeared"
    if before.state is state and abs(before.amount - amount) <= found.tolerance:
        return replace(before, amount=amount), ""
    after = replace(
        before, amount=amount, state=state, changed_at=found.at, corrected_on=None
    )
    return after, _how(before, after)


def _gone(before: TrackedGap, found: Found) -> tuple[TrackedGap, str]:
    if before.amount == 0:
        return before, ""
    day = found.filed_on.get(before.ref, found.at.date())
    after = replace(
        before,
        amount=0,
        state=GapState.CORRECTED,
        changed_at=found.at,
        corrected_on=day,
    )
    return after, "corrected"


def _how(before: TrackedGap, after: TrackedGap) -> str:
    if after.state is GapState.LEGITIMATE:
        return "" if before.state is GapState.LEGITIMATE else "legitimate"
    if before.state is not GapState.OPEN:
        return "returned" if before.state is GapState.CORRECTED else "appeared"
    # A gap that changed sides was corrected too much: that is new work.
    same_side = (before.amount < 0) == (after.amount < 0)
    less = same_side and abs(after.amount) < abs(before.amount)
    return "reduced" if less else "grown"


def told(followed: Followed, what: str = "Nouvelle analyse") -> str:
    """What changed, in one French sentence; empty when nothing did.

    `what` was done: a new analysis, or another look at the last one.
    """
    parts = [
        count(len(gaps), *words)
        for name, words in _SAID.items()
        if (gaps := getattr(followed, name))
    ]
    if not parts:
        return ""
    left = followed.left
    rest = remaining(left) if left else "plus aucun écart ouvert"
    return f"{what} : {', '.join(parts)} ; {rest}."


def remaining(left: Sequence[TrackedGap]) -> str:
    """«3 écarts encore ouverts, 52,50 € en valeur absolue»."""
    total = euros(sum(abs(gap.amount) for gap in left))
    words = ("écart encore ouvert", "écarts encore ouverts")
    return f"{count(len(left), *words)}, {total} en valeur absolue"

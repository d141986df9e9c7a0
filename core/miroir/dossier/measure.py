"""What became of a commitment, as the later DSN tell it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from miroir.dossier.model import Commitment, GapRef, TrackedGap
from miroir.dossier.states import CommitmentState, GapState

_FINAL = (CommitmentState.KEPT, CommitmentState.LATE, CommitmentState.CANCELLED)


def measured(
    commitment: Commitment,
    gaps: Mapping[GapRef, TrackedGap],
    on: date,
    grace: timedelta,
) -> CommitmentState:
    """The state that the facts give on a day.

    A gap counts as corrected the day its declaration was filed. `grace`: how
    long a declaration may take to reach us; nothing is called late before.
    """
    if commitment.state in _FINAL or not commitment.gaps:
        return commitment.state
    settled = [gaps[ref] for ref in commitment.gaps if _settled(gaps.get(ref))]
    if len(settled) == len(commitment.gaps):
        days = [gap.corrected_on for gap in settled if gap.corrected_on is not None]
        last = max(days, default=commitment.due_on)
        in_time = last <= commitment.due_on
        return CommitmentState.KEPT if in_time else CommitmentState.LATE
    if on <= commitment.due_on + grace:
        return commitment.state
    return CommitmentState.PARTLY if settled else CommitmentState.NOT_KEPT


def _settled(gap: TrackedGap | None) -> bool:
    return gap is not None and gap.state is not GapState.OPEN


MOVE_TO = {
    CommitmentState.KEPT: "keep",
    CommitmentState.LATE: "keep_late",
    CommitmentState.PARTLY: "keep_partly",
    CommitmentState.NOT_KEPT: "miss",
}
"""The move of the table that leads to each measured state."""

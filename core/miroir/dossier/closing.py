"""What stands in the way of closing a dossier, said in French."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from miroir.dossier.loop import remaining
from miroir.dossier.model import Commitment, Question, TrackedGap
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import (
    CommitmentState,
    GapState,
    Outcome,
    QuestionState,
)

_GIVEN_UP = (Outcome.UNRESOLVED, Outcome.REFERRED)


def blockers(
    outcome: Outcome,
    gaps: Sequence[TrackedGap],
    questions: Sequence[Question],
    commitments: Sequence[Commitment],
) -> Iterator[str]:
    """Every reason why a dossier may not be closed with this outcome."""
    for question in questions:
        if question.state is QuestionState.OPEN:
            yield f"question sans réponse (n° {question.id}) : {question.text}"
    if outcome in _GIVEN_UP:
        return
    left = [gap for gap in gaps if gap.state is GapState.OPEN]
    if left:
        yield remaining(left)
    for commitment in commitments:
        if left and commitment.state is CommitmentState.PROMISED:
            yield f"engagement en cours pour le {commitment.due_on:%d/%m/%Y}"
    wanted = _WANTED.get(outcome)
    if wanted and not any(gap.state is wanted[0] for gap in gaps):
        yield wanted[1]
    if outcome is Outcome.NO_GAP and gaps and not left:
        yield "des écarts ont été constatés : dire s’ils sont corrigés ou légitimes"


_WANTED = {
    Outcome.CORRECTED: (GapState.CORRECTED, "aucun écart n’a été corrigé"),
    Outcome.LEGITIMATE: (GapState.LEGITIMATE, "aucun écart n’est reconnu légitime"),
}


def require_closable(reasons: Sequence[str], outcome: Outcome, reason: str) -> None:
    """Raise MoveRefused when something blocks, or when a reason is missing."""
    if outcome in _GIVEN_UP and not reason.strip():
        raise MoveRefused("Pour clore sans correction, il faut dire pourquoi.")
    if reasons:
        listed = " ; ".join(reasons)
        raise MoveRefused(f"Impossible de clore : {listed}.")


def outcome_of(gaps: Sequence[TrackedGap]) -> Outcome:
    """How a dossier ends when nothing is left to correct."""
    found = {gap.state for gap in gaps}
    if GapState.CORRECTED in found:
        return Outcome.CORRECTED
    return Outcome.LEGITIMATE if GapState.LEGITIMATE in found else Outcome.NO_GAP

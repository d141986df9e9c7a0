"""Small dossiers made of the real types."""

from __future__ import annotations

from datetime import UTC, date, datetime

from miroir.dossier.model import (
    Commitment,
    Dossier,
    GapKind,
    GapRef,
    Question,
    TrackedGap,
)
from miroir.dossier.states import CommitmentState, GapState, QuestionState, State
from miroir.types.period import Month

SIREN, SIRET = "999000243", "99900024300017"
NOW = datetime(2026, 4, 7, 8, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)


def ref(who: str = "e-aaaa", month: Month = JANUARY) -> GapRef:
    return GapRef(GapKind.EMPLOYEE, SIRET, who, month)


def gap(
    about: GapRef | None = None,
    amount: int = -1_750,
    state: GapState = GapState.OPEN,
    corrected_on: date | None = None,
) -> TrackedGap:
    return TrackedGap(
        ref=about or ref(),
        first=-1_750,
        amount=0 if state is GapState.CORRECTED else amount,
        state=state,
        since=NOW,
        changed_at=NOW,
        corrected_on=corrected_on,
    )


def dossier(state: State = State.ANALYSIS, **more: object) -> Dossier:
    base: dict[str, object] = {"opened_at": NOW, "changed_at": NOW}
    return Dossier(id=1, siren=SIREN, state=state, **{**base, **more})  # type: ignore[arg-type]


def question(state: QuestionState = QuestionState.OPEN) -> Question:
    return Question(
        id=7,
        text="Quel logiciel de paie ?",
        from_client=False,
        state=state,
        asked_at=NOW,
        asked_by="marie",
    )


def commitment(
    *gaps: GapRef, state: CommitmentState = CommitmentState.PROMISED
) -> Commitment:
    return Commitment(
        id=3,
        what="régulariser",
        due_on=date(2026, 6, 15),
        first_due_on=date(2026, 6, 15),
        state=state,
        made_at=NOW,
        made_by="marie",
        with_whom="Mme Durand",
        gaps=gaps,
    )

"""The states of a dossier and of what it holds, and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from miroir.dossier.moves import Move, Moves, all_but, states


class State(StrEnum):
    """Where the work on a company stands."""

    RECEIVED = "received"
    ANALYSIS = "analysis"
    TO_CALL = "to_call"
    WAITING = "waiting"
    COMMITTED = "committed"
    HANDED_OVER = "handed_over"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a dossier was closed."""

    CORRECTED = "corrected"
    LEGITIMATE = "legitimate"
    NO_GAP = "no_gap"
    REFERRED = "referred"
    UNRESOLVED = "unresolved"


class GapState(StrEnum):
    OPEN = "open"
    CORRECTED = "corrected"
    LEGITIMATE = "legitimate"


class HypothesisState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class CommitmentState(StrEnum):
    """`PROMISED` until a later DSN, or its due date, tells."""

    PROMISED = "promised"
    KEPT = "kept"
    PARTLY = "partly"
    LATE = "late"
    NOT_KEPT = "not_kept"
    CANCELLED = "cancelled"


STATES = {
    State.RECEIVED: "reçu",
    State.ANALYSIS: "en analyse",
    State.TO_CALL: "à contacter",
    State.WAITING: "en attente du client",
    State.COMMITTED: "engagement pris",
    State.HANDED_OVER: "transmis",
    State.SUSPENDED: "suspendu (traité par l’Urssaf ou la MSA)",
    State.CLOSED: "clos",
}
OUTCOMES = {
    Outcome.CORRECTED: "écarts corrigés",
    Outcome.LEGITIMATE: "écarts légitimes",
    Outcome.NO_GAP: "aucun écart",
    Outcome.REFERRED: "traité par un autre service",
    Outcome.UNRESOLVED: "non corrigé",
}
HYPOTHESIS_STATES = {
    HypothesisState.OPEN: "à vérifier",
    HypothesisState.CONFIRMED: "confirmée",
    HypothesisState.REFUTED: "écartée",
}
QUESTION_STATES = {
    QuestionState.OPEN: "sans réponse",
    QuestionState.ANSWERED: "répondue",
    QuestionState.WITHDRAWN: "retirée",
}
COMMITMENT_STATES = {
    CommitmentState.PROMISED: "en cours",
    CommitmentState.KEPT: "tenu",
    CommitmentState.PARTLY: "tenu en partie",
    CommitmentState.LATE: "tenu en retard",
    CommitmentState.NOT_KEPT: "non tenu",
    CommitmentState.CANCELLED: "annulé",
}

_OPEN = all_but(State.CLOSED, State)
_WORKED = states(State.ANALYSIS, State.TO_CALL, State.WAITING, State.COMMITTED)

DOSSIER_MOVES = Moves(
    what="le dossier",
    labels=STATES,
    table=(
        Move(
            name="analyse",
            label="reprendre l’analyse",
            sources=_OPEN - {State.ANALYSIS},
            target=State.ANALYSIS,
        ),
        Move(
            name="prepare",
            label="préparer l’appel",
            sources=states(State.ANALYSIS, State.WAITING, State.COMMITTED),
            target=State.TO_CALL,
        ),
        Move(
            name="wait",
            label="attendre le client",
            sources=states(
                State.RECEIVED, State.ANALYSIS, State.TO_CALL, State.COMMITTED
            ),
            target=State.WAITING,
            reason=True,
        ),
        Move(
            name="commit",
            label="prendre un engagement",
            sources=_OPEN - {State.SUSPENDED},
            target=State.COMMITTED,
        ),
        Move(
            name="refer",
            label="transmettre à un autre service",
            sources=_WORKED,
            target=State.HANDED_OVER,
            reason=True,
        ),
        Move(
            name="suspend",
            label="suspendre pour l’Urssaf ou la MSA",
            sources=_OPEN - {State.SUSPENDED},
            target=State.SUSPENDED,
            reason=True,
        ),
        Move(name="close", label="clore", sources=_OPEN, target=State.CLOSED),
        Move(
            name="reopen",
            label="rouvrir",
            sources=states(State.CLOSED),
            target=State.RECEIVED,
            reason=True,
        ),
    ),
)
HYPOTHESIS_MOVES = Moves(
    what="l’hypothèse",
    labels=HYPOTHESIS_STATES,
    table=(
        Move(
            name="confirm",
            label="confirmer l’hypothèse",
            sources=states(HypothesisState.OPEN),
            target=HypothesisState.CONFIRMED,
            reason=True,
        ),
        Move(
            name="refute",
            label="écarter l’hypothèse",
            sources=states(HypothesisState.OPEN, HypothesisState.CONFIRMED),
            target=HypothesisState.REFUTED,
            reason=True,
        ),
        Move(
            name="doubt",
            label="remettre l’hypothèse à vérifier",
            sources=states(HypothesisState.CONFIRMED, HypothesisState.REFUTED),
            target=HypothesisState.OPEN,
            reason=True,
        ),
    ),
)
QUESTION_MOVES = Moves(
    what="la question",
    labels=QUESTION_STATES,
    table=(
        Move(
            name="answer",
            label="répondre à la question",
            sources=states(QuestionState.OPEN),
            target=QuestionState.ANSWERED,
            reason=True,
        ),
        Move(
            name="withdraw",
            label="retirer la question",
            sources=states(QuestionState.OPEN),
            target=QuestionState.WITHDRAWN,
            reason=True,
        ),
    ),
)
_UNSETTLED = states(
    CommitmentState.PROMISED, CommitmentState.PARTLY, CommitmentState.NOT_KEPT
)
COMMITMENT_MOVES = Moves(
    what="l’engagement",
    labels=COMMITMENT_STATES,
    table=(
        Move(
            name="adapt",
            label="aménager l’engagement",
            sources=_UNSETTLED,
            target=CommitmentState.PROMISED,
            reason=True,
        ),
        Move(
            name="keep",
            label="constater qu’il est tenu",
            sources=_UNSETTLED,
            target=CommitmentState.KEPT,
        ),
        Move(
            name="miss",
            label="constater qu’il n’est pas tenu",
            sources=states(CommitmentState.PROMISED),
            target=CommitmentState.NOT_KEPT,
        ),
        Move(
            name="keep_partly",
            label="constater qu’il est tenu en partie",
            sources=states(CommitmentState.PROMISED, CommitmentState.NOT_KEPT),
            target=CommitmentState.PARTLY,
        ),
        Move(
            name="keep_late",
            label="constater qu’il est tenu en retard",
            sources=_UNSETTLED,
            target=CommitmentState.LATE,
        ),
        Move(
            name="cancel",
            label="annuler l’engagement",
            sources=_UNSETTLED,
            target=CommitmentState.CANCELLED,
            reason=True,
        ),
    ),
)

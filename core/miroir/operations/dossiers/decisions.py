"""What is supposed, asked and decided about a company's gaps."""

from __future__ import annotations

from dataclasses import replace

from miroir.dossier.memory import LegitimateGap, checked, described
from miroir.dossier.model import Dossier, EventKind, Hypothesis, Question
from miroir.dossier.moves import MoveRefused
from miroir.dossier.reminders import answer_key
from miroir.dossier.states import (
    HYPOTHESIS_MOVES,
    HYPOTHESIS_STATES,
    QUESTION_MOVES,
    HypothesisState,
    QuestionState,
)
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.following import refresh
from miroir.operations.dossiers.moving import cancel_reminders
from miroir.operations.dossiers.words import require_sober


def suppose(desk: Desk, siren: str, cause: str, label: str, why: str) -> Hypothesis:
    """Add a hypothesis of the adviser's own; one refuted before is refused."""
    dossier = desk.hold(siren)
    known = _hypotheses(desk, dossier).get(cause)
    if known is not None:
        state = HYPOTHESIS_STATES[known.state]
        reason = f" ({known.reason})" if known.reason else ""
        raise MoveRefused(f"L’hypothèse {cause} est déjà connue : {state}{reason}.")
    new = Hypothesis(
        cause=cause,
        label=label,
        state=HypothesisState.OPEN,
        origin="supposée par le conseiller",
        reason=why,
    )
    desk.tables.promises.save_hypothesis(dossier.id, new)
    because = f" : {why}" if why else ""
    text = f"Hypothèse du conseiller : {label} ({cause}){because}."
    desk.say(dossier, EventKind.HYPOTHESIS, text)
    return new


def decide(desk: Desk, siren: str, cause: str, move: str, reason: str) -> Hypothesis:
    """Confirm, refute or doubt a hypothesis; the reason is kept with it."""
    require_sober(reason)
    dossier = desk.hold(siren)
    known = _hypotheses(desk, dossier)
    if cause not in known:
        listed = ", ".join(sorted(known)) or "aucune"
        raise MoveRefused(
            f"Aucune hypothèse {cause} dans ce dossier ; il y a {listed}."
        )
    before = known[cause]
    target = HYPOTHESIS_MOVES.target(before.state, move, reason)
    after = replace(
        before,
        state=target,
        reason=reason,
        decided_by=desk.actor,
        decided_at=desk.now,
    )
    desk.tables.promises.save_hypothesis(dossier.id, after)
    desk.say(
        dossier,
        EventKind.HYPOTHESIS,
        f"Hypothèse {HYPOTHESIS_STATES[target]} : {before.label} ({cause}) — {reason}",
    )
    return after


def ask(desk: Desk, siren: str, text: str, cause: str = "") -> int:
    """Ask the client something; gives the number of the question."""
    dossier = desk.hold(siren)
    if not text.strip():
        raise MoveRefused("La question est vide.")
    require_sober(text)
    question = Question(
        id=0,
        text=text.strip(),
        from_client=False,
        state=QuestionState.OPEN,
        asked_at=desk.now,
        asked_by=desk.actor,
        cause=cause,
    )
    id = desk.tables.promises.add_question(dossier.id, question)
    desk.say(dossier, EventKind.QUESTION, f"Question n° {id} au client : {text}")
    return id


def answer(desk: Desk, siren: str, id: int, text: str, move: str = "answer") -> None:
    """Answer a question, or withdraw it with a reason; its reminder goes."""
    require_sober(text)
    dossier = desk.hold(siren)
    questions = desk.tables.promises.questions_of(dossier.id)
    known = {question.id: question for question in questions}
    if id not in known:
        listed = ", ".join(str(each) for each in sorted(known)) or "aucune"
        raise MoveRefused(f"Aucune question n° {id} dans ce dossier ; il y a {listed}.")
    target = QUESTION_MOVES.target(known[id].state, move, text)
    desk.tables.promises.save_question(replace(known[id], state=target, answer=text))
    verb = "Réponse à" if target is QuestionState.ANSWERED else "Retrait de"
    desk.say(dossier, EventKind.QUESTION, f"{verb} la question n° {id} : {text}")
    cancel_reminders(desk, dossier, "question réglée", (answer_key(id),))
    if not any(each.state is QuestionState.OPEN for each in _others(known, id)):
        refresh(desk.robot(), dossier)


def remember(desk: Desk, memory: LegitimateGap) -> int:
    """Hold gaps for legitimate, until a day; the dossier is looked at again."""
    require_sober(memory.justification)
    dossier = desk.hold(memory.siren)
    id = desk.tables.memories.remember(checked(memory))
    desk.say(dossier, EventKind.MEMORY, described(memory))
    refresh(desk.robot(), dossier)
    return id


def forget(desk: Desk, siren: str, id: int, reason: str) -> None:
    """A decision holds no more; the gaps that it explained come back."""
    dossier = desk.hold(siren)
    if not reason.strip():
        raise MoveRefused("Dire pourquoi l’écart n’est plus légitime.")
    memories = {each.id: each for each in desk.tables.memories.legitimate(siren)}
    if id not in memories or memories[id].withdrawn_on is not None:
        raise MoveRefused(f"Aucune décision n° {id} en vigueur pour cette entreprise.")
    desk.tables.memories.withdraw(id, desk.today)
    text = f"Décision n° {id} retirée : {reason}"
    desk.say(dossier, EventKind.MEMORY, text)
    refresh(desk.robot(), dossier)


def _hypotheses(desk: Desk, dossier: Dossier) -> dict[str, Hypothesis]:
    found = desk.tables.promises.hypotheses_of(dossier.id)
    return {each.cause: each for each in found}


def _others(known: dict[int, Question], id: int) -> list[Question]:
    return [question for key, question in known.items() if key != id]

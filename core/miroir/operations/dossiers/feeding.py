"""What a call brings to its dossier: decisions, questions, promises, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from miroir.dossier.forms import lines
from miroir.dossier.model import Dossier, EventKind, Question
from miroir.dossier.moves import MoveRefused
from miroir.dossier.reminders import Purpose, Reminder, appointment_key
from miroir.dossier.states import QuestionState, State
from miroir.operations.dossiers import decisions
from miroir.operations.dossiers.commitments import commit
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.moving import moved


def feed(desk: Desk, dossier: Dossier, answers: Mapping[str, str]) -> None:
    """Everything that the talk brought, into the dossier."""
    siren, why = dossier.siren, answers.get("decision_reason", "")
    for cause in lines(answers, "confirmed"):
        decisions.decide(desk, siren, cause, "confirm", why)
    for cause in lines(answers, "refuted"):
        decisions.decide(desk, siren, cause, "refute", why)
    for text in lines(answers, "asked"):
        decisions.ask(desk, siren, text)
    for text in lines(answers, "open_questions"):
        _client_question(desk, dossier, text)
    for name, label in _KEPT.items():
        if answers.get(name, "").strip():
            desk.say(dossier, EventKind.CALL, f"{label} : {answers[name]}")
    for name in ("call_again", "appointment", "appointment_in"):
        if answers.get(name):
            _appointment(desk, dossier, answers, answers[name])
    if answers.get("committed") == "yes":
        _commitment(desk, dossier, answers)
    elif answers.get("reached") == "yes":
        _wait(desk, dossier, answers)


_KEPT = {
    "complement": "Informations recueillies",
    "reactions": "Réactions",
    "resolution": "Modalités de résolution expliquées",
    "future_errors": "Prévenu d’erreurs à venir",
    "coherence": "Différences avec l’espace du client",
    "person_to_ask": "Interlocuteur à demander",
    "who_can_act": "Procédera aux régularisations",
    "refusal": "Ne s’engage pas",
    "transfer_to": "Demande orientée vers",
}


def _client_question(desk: Desk, dossier: Dossier, text: str) -> None:
    question = Question(
        id=0,
        text=text,
        from_client=True,
        state=QuestionState.OPEN,
        asked_at=desk.now,
        asked_by=desk.actor,
    )
    id = desk.tables.promises.add_question(dossier.id, question)
    desk.say(dossier, EventKind.QUESTION, f"Question n° {id} du client : {text}")


def _appointment(
    desk: Desk, dossier: Dossier, answers: Mapping[str, str], text: str
) -> None:
    """A moment without a time zone is local to the advisers."""
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=desk.rules.zone)
    if at <= desk.now:
        raise MoveRefused(f"Le rendez-vous du {at:%d/%m/%Y à %H:%M} est déjà passé.")
    who = answers.get("interlocutor") or "l’entreprise"
    desk.tables.reminders.ask(
        Reminder(
            occurrence_key=appointment_key(dossier.id, at),
            due_at=at,
            dossier=dossier.id,
            purpose=Purpose.APPOINTMENT,
            text=f"Rappeler {who}",
        )
    )
    desk.say(dossier, EventKind.REMINDER, f"Rendez-vous le {at:%d/%m/%Y à %H:%M}.")


def _commitment(desk: Desk, dossier: Dossier, answers: Mapping[str, str]) -> None:
    made = commit(
        desk,
        dossier.siren,
        answers["committed_what"],
        date.fromisoformat(answers["committed_on"]),
        answers["interlocutor"],
        lines(answers, "committed_causes"),
    )
    proposed = answers.get("proposed_on")
    if proposed and proposed != answers["committed_on"]:
        day = date.fromisoformat(proposed)
        text = (
            f"Échéance proposée le {day:%d/%m/%Y}, aménagée au"
            f" {made.due_on:%d/%m/%Y} : {answers['adapted_why']}"
        )
        desk.say(dossier, EventKind.COMMITMENT, text)


def _wait(desk: Desk, dossier: Dossier, answers: Mapping[str, str]) -> None:
    """Nothing was promised: the dossier waits for the client."""
    if dossier.state in (State.RECEIVED, State.ANALYSIS, State.TO_CALL):
        why = "rendez-vous" if answers.get("appointment") else "suite de l’appel"
        moved(desk, dossier, "wait", why)

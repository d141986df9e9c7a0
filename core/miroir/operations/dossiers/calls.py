"""A call and what it feeds: hypotheses, questions, promises, appointments."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from miroir.dossier.forms import Direction, lines, problems
from miroir.dossier.mandate import Interlocutor, Mandate, Role, Topic, require
from miroir.dossier.model import (
    CallRecord,
    Channel,
    Dossier,
    EventKind,
    Question,
    Signal,
)
from miroir.dossier.moves import MoveRefused
from miroir.dossier.reminders import Purpose, Reminder, appointment_key
from miroir.dossier.states import GapState, QuestionState, State
from miroir.operations.dossiers import decisions
from miroir.operations.dossiers.acts import require_contact
from miroir.operations.dossiers.commitments import commit
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.operations.dossiers.moving import moved
from miroir.synthesis.french import count

_SIMPLE = ("rule", "tool")
"""Requests that need nothing of the dossier to be answered."""


def record_call(
    desk: Desk, siren: str, direction: Direction, given: Mapping[str, object]
) -> CallRecord:
    """Record a call and let it act on the dossier; all of it or nothing.

    Raises MoveRefused, in French: everything that is wrong in the form, a
    subject that the mandate does not allow, a company that another body
    treats.
    """
    answers = texts(given)
    found = [*problems(direction, answers), *_incoherent(answers)]
    if found:
        raise MoveRefused("Appel non enregistré : " + " ; ".join(found))
    incoming = direction is Direction.INCOMING
    # A client who calls is never turned away because a colleague is at work.
    desk = replace(desk, over_lease=incoming)
    question = _received(desk, siren, answers) if incoming else None
    dossier = desk.hold(siren)
    if not incoming:
        require_contact(dossier, desk.today)
    someone = _interlocutor(desk, answers)
    if answers.get("exposed"):
        require(someone, Topic(answers["exposed"]), desk.today)
    if someone is not None:
        desk.tables.memories.save_interlocutor(dossier.id, someone)
    record = CallRecord(
        id=0,
        at=desk.now,
        by=desk.actor,
        incoming=incoming,
        reached=incoming or answers["reached"] == "yes",
        interlocutor=answers.get("interlocutor", ""),
        answers=answers,
    )
    id = desk.tables.memories.add_call(dossier.id, record)
    desk.say(dossier, EventKind.CALL, _told(record))
    _feed(desk, dossier, answers)
    if question is not None:
        _answered(desk, dossier, question, answers)
    return replace(record, id=id)


def texts(given: Mapping[str, object]) -> dict[str, str]:
    """Answers as texts; JSON may give true, false, null and lists."""
    found = {}
    for name, value in given.items():
        if isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, list | tuple):
            found[name] = "\n".join(map(str, value))
        else:
            found[name] = "" if value is None else str(value)
    return found


def advised(desk: Desk, siren: str, request_type: str) -> tuple[str, str]:
    """«immediate» or «deferred» by type and volume, and why, in French."""
    if request_type in _SIMPLE:
        return "immediate", "la demande ne porte pas sur le dossier"
    dossier = desk.tables.cases.find(siren)
    if dossier is None:
        return "deferred", "la situation de l’entreprise n’est pas encore analysée"
    gaps = desk.tables.cases.gaps_of(dossier.id)
    left = [gap for gap in gaps if gap.state is GapState.OPEN]
    what = count(len(left), "écart ouvert", "écarts ouverts")
    if len(left) > desk.rules.immediate_gaps or dossier.state is State.RECEIVED:
        return "deferred", f"{what}, à analyser avant de répondre"
    return "immediate", f"{what}, déjà analysés"


def _incoherent(answers: Mapping[str, str]) -> Iterator[str]:
    """What two fields together make wrong."""
    decided = lines(answers, "confirmed") + lines(answers, "refuted")
    if decided and not answers.get("decision_reason", "").strip():
        yield "decision_reason : dire ce qui permet de confirmer ou d’écarter"
    twice = set(lines(answers, "confirmed")) & set(lines(answers, "refuted"))
    if twice:
        yield f"confirmed : {', '.join(sorted(twice))} ne peut pas être aussi écartée"
    proposed, agreed = answers.get("proposed_on"), answers.get("committed_on")
    moved_day = proposed and agreed and proposed != agreed
    if moved_day and not answers.get("adapted_why", "").strip():
        yield "adapted_why : un autre jour que l’échéance proposée se justifie"


def _received(desk: Desk, siren: str, answers: Mapping[str, str]) -> Question | None:
    """An incoming call is a signal, and what is asked is a question."""
    receive(
        desk,
        Signal(
            key=f"call|{siren}|{uuid.uuid4()}",
            channel=Channel.CALL,
            at=desk.now,
            siren=siren,
            subject=answers["request"],
        ),
    )
    dossier = desk.hold(siren)
    return desk.tables.promises.questions_of(dossier.id)[-1]


def _interlocutor(desk: Desk, answers: Mapping[str, str]) -> Interlocutor | None:
    name = answers.get("interlocutor", "").strip()
    if not name:
        return None
    until = answers.get("mandate_until", "")
    mandate = Mandate(answers["mandate"])
    return Interlocutor(
        name=name,
        role=Role(answers["role"]),
        mandate=mandate,
        contact=answers.get("contact", ""),
        checked_on=None if mandate is Mandate.NONE else desk.today,
        expires_on=date.fromisoformat(until) if until else None,
        how=answers.get("mandate_how", ""),
    )


def _told(record: CallRecord) -> str:
    way = "Appel reçu de" if record.incoming else "Appel à"
    if not record.reached:
        return f"Appel sans réponse : {record.answers['summary']}"
    return f"{way} {record.interlocutor} : {record.answers['summary']}"


def _feed(desk: Desk, dossier: Dossier, answers: Mapping[str, str]) -> None:
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


def _answered(
    desk: Desk, dossier: Dossier, question: Question, answers: Mapping[str, str]
) -> None:
    """Answered at once, or later: the advice of the rules is noted beside."""
    kind = answers["answer_kind"]
    wanted, why = advised(desk, dossier.siren, answers["request_type"])
    if kind != wanted:
        said = "immédiate" if wanted == "immediate" else "différée"
        text = f"Réponse {said} conseillée ({why}) ; le conseiller a choisi autrement."
        desk.say(dossier, EventKind.CALL, text)
    if kind == "immediate":
        decisions.answer(desk, dossier.siren, question.id, answers["answer"])

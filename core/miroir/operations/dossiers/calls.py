"""A call and what it feeds: hypotheses, questions, promises, appointments."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

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
from miroir.dossier.states import GapState, State
from miroir.operations.dossiers import decisions
from miroir.operations.dossiers.acts import require_contact
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.feeding import feed
from miroir.operations.dossiers.intake import receive
from miroir.operations.dossiers.words import require_sober_answers
from miroir.operations.outward.contacts import log_call
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
    require_sober_answers(answers)
    incoming = direction is Direction.INCOMING
    # A client who calls is never turned away because a colleague is at work.
    desk = replace(desk, over_lease=incoming)
    question = _received(desk, siren, answers) if incoming else None
    dossier = desk.hold(siren)
    if not incoming:
        require_contact(dossier, desk.today)
    _meet(desk, dossier, answers)
    record = _record(desk, dossier, incoming, answers)
    feed(desk, dossier, answers)
    if question is not None:
        _answered(desk, dossier, question, answers)
    log_call(desk, dossier, record)
    return record


def _record(
    desk: Desk, dossier: Dossier, incoming: bool, answers: Mapping[str, str]
) -> CallRecord:
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
    return replace(record, id=id)


def _meet(desk: Desk, dossier: Dossier, answers: Mapping[str, str]) -> None:
    """Who is on the line: kept, unless too much was said for the mandate."""
    someone = _interlocutor(desk, answers)
    if answers.get("exposed"):
        require(someone, Topic(answers["exposed"]), desk.today)
    if someone is not None:
        desk.tables.memories.save_interlocutor(dossier.id, someone)


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

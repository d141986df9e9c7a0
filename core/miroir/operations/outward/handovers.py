"""A case given to a service, with its evidence; and the answer that comes back."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from miroir.config.services import ServiceSection
from miroir.config.settings import Settings
from miroir.dossier.model import Dossier, EventKind
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import State
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.moving import moved
from miroir.operations.dossiers.words import require_sober
from miroir.operations.outward.evidence import evidence
from miroir.operations.workplace import Workplace
from miroir.privacy import mask
from miroir.schedule.delays import parse_delay
from miroir.schedule.dues import due_on
from miroir.schedule.territories import territory
from miroir.store.database import Tables
from miroir.synthesis.french import of_the, to_the
from miroir.trace.entry import Entry
from miroir.types.action import HAND_OVER, Attachment, HandOver
from miroir.types.schedule import Due, Subject

REFERENCE = re.compile(r"\bMIR-([0-9]{9})-[A-Z2-7]{6}\b")
"""What a service repeats in its answer: the company is in it."""
_RULE = "hand-over"
_ANSWERED = "réponse reçue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What would be handed over."""

    action: HandOver
    label: str


def services(settings: Settings) -> Mapping[str, ServiceSection]:
    """The services that cases are given to, by name."""
    return settings.services


def prepare(
    workplace: Workplace,
    siren: str,
    service: str,
    subject: str,
    text: str,
    more: Sequence[Attachment] = (),
) -> Case:
    """A case with its evidence, persons under their pseudonyms.

    Raises MoveRefused, in French, for a service that is not known or a text
    that may not leave.
    """
    known = services(workplace.settings)
    if service not in known:
        raise MoveRefused(
            f"Le service «{mask(service)}» n’existe pas. Services : {', '.join(known)}."
        )
    if not subject.strip() or not text.strip():
        raise MoveRefused("Une transmission dit son objet et ce qui est attendu.")
    require_sober(subject, text)
    reference = _reference(workplace, siren, service, subject, text)
    with workplace.store.read() as tables:
        tables.cases.get(siren)
        pack = evidence(tables, siren)
    action = HandOver(
        siren=siren,
        service=service,
        reference=reference,
        subject=subject.strip(),
        text=text.strip(),
        evidence=(*pack, *more),
    )
    return Case(action=action, label=known[service].label)


def give(workplace: Workplace, case: Case, actor: str) -> str:
    """Give it to the outbox, move the dossier, plan a reminder; in one commit.

    The same subject and text for the same service are one case.
    """
    action = case.action
    with workplace.store.write() as tables:
        desk = _desk(workplace, tables, actor)
        dossier = desk.hold(action.siren)
        place = f"dossier:{dossier.id}"
        if _given(tables, action.siren, action.reference):
            return action.reference
        if dossier.state is not State.HANDED_OVER:
            reason = f"{action.subject} ({action.reference})"
            dossier = moved(desk, dossier, "refer", reason)
        key = tables.outbox.enqueue(
            action, dossier=place, occasion=action.reference, by=actor
        )
        said = f"Transmis {to_the(case.label)} ({action.reference}) : {action.subject}."
        desk.say(dossier, EventKind.NOTE, said)
        tables.dues.add([_reminder(workplace, dossier, case)], desk.now)
        act = Entry(
            act="hand_over.decided",
            actor=actor,
            siren=action.siren,
            subject=f"action:{key}",
            facts={
                "service": action.service,
                "reference": action.reference,
                **{f"evidence {one.name}": one.sha256 for one in action.evidence},
            },
        )
        tables.journal.append(act, desk.now)
    return action.reference


def answered(desk: Desk, settings: Settings, reference: str, text: str) -> Dossier:
    """Take an answer into the dossier that it is about: back to analysis.

    Raises MoveRefused for a reference that nothing was handed over under.
    """
    action = _referred(desk.tables, reference)
    if action is None:
        raise MoveRefused(
            f"Rien n’a été transmis sous la référence «{mask(reference[:40])}». Elle est de"
            " la forme MIR-999999999-ABCDEF."
        )
    if not text.strip():
        raise MoveRefused("Une réponse vide ne dit rien.")
    require_sober(text)
    return _answer(desk, settings, action, text)


def take_answer(desk: Desk, settings: Settings, siren: str, text: str) -> bool:
    """The same of a task that repeats a reference; false when it does not.

    Its words came from outside: they are kept as they are.
    """
    action = _referred(desk.tables, text)
    if action is None or action.siren != siren:
        return False
    _answer(desk, settings, action, text)
    return True


def _answer(desk: Desk, settings: Settings, action: HandOver, text: str) -> Dossier:
    dossier = desk.hold(action.siren)
    known = services(settings).get(action.service)
    label = known.label if known else f"«{action.service}»"
    said = f"Réponse {of_the(label)} ({action.reference}) : {text.strip()}"
    desk.say(dossier, EventKind.NOTE, said)
    for row in desk.tables.dues.listed(subject=_subject(action.siren)):
        if row.due.rule == _RULE and row.due.payload.get("reference") == (
            action.reference
        ):
            desk.tables.dues.cancel_key(row.due.key, _ANSWERED, desk.now)
    if dossier.state is State.HANDED_OVER:
        dossier = moved(desk, dossier, "analyse", f"réponse {of_the(label)}")
    act = Entry(
        act="hand_over.answered",
        actor=desk.actor,
        siren=action.siren,
        subject=f"dossier:{dossier.id}",
        facts={"service": action.service, "reference": action.reference},
    )
    desk.tables.journal.append(act, desk.now)
    return dossier


def _referred(tables: Tables, text: str) -> HandOver | None:
    """What was handed over under the reference that a text repeats."""
    found = REFERENCE.search(text.upper())
    return None if found is None else _given(tables, found[1], found[0])


def _given(tables: Tables, siren: str, reference: str) -> HandOver | None:
    for row in tables.outbox.listed(siren=siren, kind=HAND_OVER):
        action = tables.outbox.action(row)
        if isinstance(action, HandOver) and action.reference == reference:
            return action
    return None


def _reference(workplace: Workplace, siren: str, *parts: str) -> str:
    digest = bytes.fromhex(workplace.keys.digest("hand_over", siren, *parts))
    return f"MIR-{siren}-{base64.b32encode(digest)[:6].decode('ascii')}"


def _desk(workplace: Workplace, tables: Tables, actor: str) -> Desk:
    return Desk(
        tables=tables, actor=actor, now=workplace.clock(), rules=workplace.rules
    )


def _subject(siren: str) -> Subject:
    return Subject(kind="company", id=siren)


def _reminder(workplace: Workplace, dossier: Dossier, case: Case) -> Due:
    days = services(workplace.settings)[case.action.service].answer_days
    place = territory(workplace.settings.schedule.territory)
    today = workplace.rules.today(workplace.clock())
    return due_on(
        parse_delay(f"{days} working days").from_day(today, place),
        time(9),
        place.zone_name,
        rule=_RULE,
        subject=_subject(dossier.siren),
        purpose="réponse",
        label=f"Relancer {case.label} : {case.action.reference} est sans réponse",
        payload={"reference": case.action.reference},
    )

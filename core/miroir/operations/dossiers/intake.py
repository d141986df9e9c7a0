"""Signals of every channel, each attached to the one dossier of its company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from miroir.dossier.memory import described
from miroir.dossier.model import (
    CHANNELS,
    Campaign,
    Channel,
    Dossier,
    EventKind,
    Question,
    Signal,
)
from miroir.dossier.reminders import Purpose, Reminder, answer_key, step_key
from miroir.dossier.states import (
    HypothesisState,
    QuestionState,
)
from miroir.operations.dossiers.assigning import assign_by_rule
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.following import (
    all_explained,
    close_by_itself,
    follow_last_run,
)
from miroir.operations.dossiers.moving import reopen
from miroir.synthesis.french import euros
from miroir.types.campaign import CampaignLine, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a signal. `new` is false when it was known already."""

    dossier: Dossier
    new: bool
    opened: bool = False
    reopened: bool = False


def receive(desk: Desk, signal: Signal) -> Received:
    """Attach a signal to the dossier of its company, opened or reopened for it.

    The same signal, by its key, is taken once. When a closed dossier already
    explains everything, the signal is kept and no work is opened.
    """
    cases = desk.tables.cases
    dossier, opened = cases.create(signal.siren, desk.now)
    if cases.has_signal(signal.key):
        return Received(dossier=dossier, new=False)
    settled = signal.channel is Channel.CAMPAIGN and all_explained(desk, signal.siren)
    by_memory = settled and (opened or not dossier.open)
    cases.add_signal(dossier.id, replace(signal, memory=by_memory))
    desk.say(dossier, EventKind.SIGNAL, _told(signal) + _outside(desk, signal))
    if by_memory:
        return _settled(desk, dossier, opened)
    reopened = not dossier.open
    if reopened:
        dossier = reopen(desk, dossier, f"nouveau signal ({CHANNELS[signal.channel]})")
    if opened or reopened:
        follow_last_run(desk, dossier)
        _recall(desk, dossier)
        dossier = cases.get(signal.siren)
    if signal.adviser or not _to_analyse(desk, signal.siren):
        dossier = assign_by_rule(desk, dossier, signal.adviser)
    if signal.channel.client:
        _client_asks(desk, dossier, signal)
    _remind_steps(desk, dossier, signal.campaign)
    return Received(dossier=dossier, new=True, opened=opened, reopened=reopened)


def _to_analyse(desk: Desk, siren: str) -> bool:
    """Whether an analysis is to come first: it tells which skill is needed."""
    tables = desk.tables
    known = tables.results.last_run(siren) is not None
    return not known and bool(tables.declarations.files_of(siren))


def campaign_signal(at: datetime, sha256: str, line: CampaignLine) -> Signal:
    """A line of a campaign file; its file and its place in it are its key."""
    return Signal(
        key=f"campaign|{sha256}|{line.line}",
        channel=Channel.CAMPAIGN,
        at=at,
        siren=line.siren,
        campaign=line.campaign,
        siret=line.siret,
        period=line.period,
        declared=line.declared,
        calculated=line.calculated,
        subject=f"{PurePath(line.file).name}, ligne {line.line}",
    )


def task_signal(at: datetime, task: Task) -> Signal:
    """A task of a basket, or a client's request; its number is its key."""
    return Signal(
        key=f"{task.channel}|{task.siren}|{task.reference}",
        channel=Channel(task.channel),
        at=at,
        siren=task.siren,
        siret=task.siret,
        period=task.period,
        adviser=task.adviser,
        subject=task.subject,
        reference=task.reference,
    )


def _told(signal: Signal) -> str:
    parts = [f"Signal reçu ({CHANNELS[signal.channel]})"]
    if signal.campaign:
        parts.append(f"campagne «{signal.campaign}»")
    if signal.adviser:
        parts.append(f"corbeille de {signal.adviser}")
    if signal.period is not None:
        parts.append(str(signal.period))
    if signal.declared is not None and signal.calculated is not None:
        gap = euros(signal.declared - signal.calculated)
        parts.append(f"écart de {gap}")
    if signal.reference:
        parts.append(f"référence {signal.reference}")
    told = ", ".join(parts)
    return f"{told} : {signal.subject}." if signal.subject else f"{told}."


def _outside(desk: Desk, signal: Signal) -> str:
    """What of a signal is not as its campaign is described; nothing if it is."""
    campaign = _campaign(desk.rules.campaigns, signal.campaign)
    said = ""
    if signal.period and campaign.exercice not in (None, signal.period.year):
        said += f" Mois hors de l’exercice {campaign.exercice}."
    if campaign.closes_on is not None and desk.today > campaign.closes_on:
        said += f" Campagne close le {campaign.closes_on:%d/%m/%Y}."
    return said


def _settled(desk: Desk, dossier: Dossier, opened: bool) -> Received:
    """Everything was explained before: nothing is to be done again."""
    known = follow_last_run(desk, dossier)
    desk.robot().say(
        dossier,
        EventKind.MEMORY,
        "Tous les écarts de la dernière analyse sont reconnus légitimes par une"
        " décision en vigueur : le signal est conservé, le dossier reste clos.",
    )
    if opened:
        dossier = close_by_itself(desk, dossier, known)
    return Received(dossier=dossier, new=True)


def _recall(desk: Desk, dossier: Dossier) -> None:
    """Say what is remembered, so that nothing is analysed twice."""
    tables, said = desk.tables, []
    for memory in tables.memories.legitimate(dossier.siren):
        if memory.holds(desk.today):
            said.append(described(memory))
    for hypothesis in tables.promises.hypotheses_of(dossier.id):
        if hypothesis.decided_at is None:
            continue
        verb = "écartée"
        if hypothesis.state is HypothesisState.CONFIRMED:
            verb = "confirmée"
        said.append(
            f"Cause {verb} le {hypothesis.decided_at:%d/%m/%Y} par"
            f" {hypothesis.decided_by} : {hypothesis.label} ({hypothesis.reason})"
        )
    if said:
        desk.robot().say(dossier, EventKind.MEMORY, "Déjà établi. " + " ; ".join(said))


def _client_asks(desk: Desk, dossier: Dossier, signal: Signal) -> None:
    """What a client asks is a question: until it is answered nothing closes."""
    question = Question(
        id=0,
        text=signal.subject or f"demande ({CHANNELS[signal.channel]})",
        from_client=True,
        state=QuestionState.OPEN,
        asked_at=desk.now,
        asked_by=desk.actor,
    )
    id = desk.tables.promises.add_question(dossier.id, question)
    rules = desk.rules
    due = rules.workdays.after(desk.today, rules.answer_within)
    desk.tables.reminders.ask(
        Reminder(
            occurrence_key=answer_key(id),
            due_at=rules.moment(due),
            dossier=dossier.id,
            purpose=Purpose.ANSWER,
            text=f"Répondre au client : {question.text}",
        )
    )


def _remind_steps(desk: Desk, dossier: Dossier, name: str) -> None:
    """The steps of a campaign to come, unless another body is in contact."""
    if dossier.handled_by:
        return
    for step in _campaign(desk.rules.campaigns, name).steps:
        if step.on >= desk.today:
            desk.tables.reminders.ask(
                Reminder(
                    occurrence_key=step_key(name, step.name, dossier.id),
                    due_at=desk.rules.moment(step.on),
                    dossier=dossier.id,
                    purpose=Purpose.CAMPAIGN_STEP,
                    text=f"Campagne «{name}» : {step.name}",
                )
            )


def _campaign(campaigns: Sequence[Campaign], name: str) -> Campaign:
    known = {campaign.name: campaign for campaign in campaigns}
    return known.get(name, Campaign(name=name))

"""Commitments: made, adapted with a reason, measured, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from miroir.correction.due_dates import LATE, Calendar
from miroir.dossier.model import Commitment, Dossier, EventKind, GapRef
from miroir.dossier.moves import MoveRefused
from miroir.dossier.reminders import Purpose, Reminder, commitment_key
from miroir.dossier.states import (
    COMMITMENT_MOVES,
    COMMITMENT_STATES,
    CommitmentState,
    GapState,
    State,
)
from miroir.dossier.workdays import require_feasible
from miroir.operations.dossiers.desk import ROBOT, Desk
from miroir.operations.dossiers.following import measure_commitments
from miroir.operations.dossiers.moving import cancel_reminders, moved
from miroir.operations.dossiers.words import require_sober
from miroir.store.runs import StoredRun

if TYPE_CHECKING:
    from miroir.operations.workplace import Workplace


def commit(
    desk: Desk,
    siren: str,
    what: str,
    due_on: date,
    with_whom: str,
    causes: Sequence[str] = (),
) -> Commitment:
    """The client promises to correct by a day; gives the commitment.

    It is about the open gaps, or about those that some causes explain.
    """
    dossier = desk.hold(siren)
    if not what.strip() or not with_whom.strip():
        raise MoveRefused("Un engagement dit quoi, et qui l’a pris.")
    require_sober(what)
    require_feasible(due_on, desk.today, dossier.calendar)
    made = _added(desk, dossier, what.strip(), due_on, with_whom.strip(), causes)
    desk.say(
        dossier,
        EventKind.COMMITMENT,
        f"Engagement n° {made.id} de {with_whom} pour le {due_on:%d/%m/%Y} : {what}",
    )
    if dossier.state is not State.COMMITTED:
        moved(desk, dossier, "commit")
    _remind(desk, dossier, made)
    return made


def _added(
    desk: Desk,
    dossier: Dossier,
    what: str,
    due_on: date,
    with_whom: str,
    causes: Sequence[str],
) -> Commitment:
    new = Commitment(
        id=0,
        what=what,
        due_on=due_on,
        first_due_on=due_on,
        state=CommitmentState.PROMISED,
        made_at=desk.now,
        made_by=desk.actor,
        with_whom=with_whom,
        gaps=_concerned(desk, dossier, causes),
    )
    return replace(new, id=desk.tables.promises.add_commitment(dossier.id, new))


def proposed_days(desk: Desk, siren: str) -> list[date]:
    """The next days by which the company's DSN are due, where one works.

    Its own calendar, as its declarations tell it; the 15th as long as they do
    not, or as it has no dossier.
    """
    dossier = desk.tables.cases.find(siren)
    calendar = Calendar(day=LATE) if dossier is None else dossier.calendar
    return [deposit.due for deposit in calendar.proposals(desk.today)]


def adapt(
    desk: Desk, siren: str, id: int, due_on: date, reason: str, approved_by: str = ""
) -> Commitment:
    """Another day for a commitment, with a reason.

    Beyond `rules.adapt_within` after the first day agreed, a second person
    approves.
    """
    dossier = desk.hold(siren)
    before = desk.tables.promises.commitment(dossier.id, id)
    target = COMMITMENT_MOVES.target(before.state, "adapt", reason)
    require_feasible(due_on, desk.today, dossier.calendar)
    if due_on - before.first_due_on > desk.rules.adapt_within:
        _require_approval(desk, approved_by)
    after = replace(before, due_on=due_on, state=target, measured_at=None)
    desk.tables.promises.save_commitment(after)
    approved = f", accord de {approved_by}" if approved_by else ""
    desk.say(
        dossier,
        EventKind.COMMITMENT,
        f"Engagement n° {id} aménagé : du {before.due_on:%d/%m/%Y} au"
        f" {due_on:%d/%m/%Y}{approved} — {reason}",
    )
    key = commitment_key(id, before.due_on)
    desk.tables.reminders.cancel(dossier.id, "engagement aménagé", (key,))
    _remind(desk, dossier, after)
    return after


def judge(desk: Desk, siren: str, id: int, move: str, reason: str) -> Commitment:
    """Cancel a commitment; or tell what became of one that no gap measures."""
    dossier = desk.hold(siren)
    before = desk.tables.promises.commitment(dossier.id, id)
    if move != "cancel" and before.gaps:
        raise MoveRefused(
            "Les DSN suivantes mesureront cet engagement : il ne se juge pas à la main."
        )
    target = COMMITMENT_MOVES.target(before.state, move, reason)
    after = replace(before, state=target, measured_at=desk.now)
    desk.tables.promises.save_commitment(after)
    why = f" — {reason}" if reason else ""
    said = f"Engagement n° {id} : {COMMITMENT_STATES[target]}{why}"
    desk.say(dossier, EventKind.COMMITMENT, said)
    key = commitment_key(id, before.due_on)
    cancel_reminders(desk, dossier, "engagement réglé", (key,))
    return after


def measure_due(workplace: Workplace) -> int:
    """Measure the commitments whose day is over; gives how many changed.

    To be called every day: a promise that is not kept brings no DSN.
    """
    with workplace.store.read() as tables:
        today = workplace.rules.today(workplace.clock())
        due = tables.promises.dossiers_due(today - workplace.rules.grace)
    changed = 0
    for siren in due:
        with workplace.store.write() as tables:
            now, rules = workplace.clock(), workplace.rules
            desk = Desk(tables=tables, actor=ROBOT, now=now, rules=rules)
            dossier = desk.hold(siren)
            gaps = tables.cases.gaps_of(dossier.id)
            changed += measure_commitments(desk, dossier, gaps)
    return changed


def _concerned(
    desk: Desk, dossier: Dossier, causes: Sequence[str]
) -> tuple[GapRef, ...]:
    gaps = desk.tables.cases.gaps_of(dossier.id)
    left = [gap.ref for gap in gaps if gap.state is GapState.OPEN]
    if not causes:
        return tuple(left)
    run = desk.tables.results.last_run(dossier.siren)
    found = tuple(ref for ref in left if run and _explains(run, causes, ref))
    if not found:
        listed = ", ".join(causes)
        raise MoveRefused(f"Aucun écart ouvert ne s’explique par {listed}.")
    return found


def _explains(run: StoredRun, causes: Sequence[str], ref: GapRef) -> bool:
    return any(
        item.cause in causes
        and ref.period in item.periods
        and (not item.employees or ref.subject in item.employees)
        for item in run.diagnoses
    )


def _require_approval(desk: Desk, approved_by: str) -> None:
    if approved_by.strip() in ("", desk.actor):
        days = desk.rules.adapt_within.days
        raise MoveRefused(
            f"Au-delà de {days} jours après la première date, un aménagement demande"
            " l’accord d’une autre personne."
        )


def _remind(desk: Desk, dossier: Dossier, commitment: Commitment) -> None:
    """The first working day when the declarations should have come."""
    rules = desk.rules
    day = rules.workdays.on_or_after(commitment.due_on + rules.grace)
    desk.tables.reminders.ask(
        Reminder(
            occurrence_key=commitment_key(commitment.id, commitment.due_on),
            due_at=rules.moment(day),
            dossier=dossier.id,
            purpose=Purpose.COMMITMENT,
            text=f"Vérifier l’engagement n° {commitment.id} : {commitment.what}",
        )
    )

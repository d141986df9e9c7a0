"""How a dossier that is held already changes state, and says so."""

from __future__ import annotations

from dataclasses import replace

from miroir.dossier.model import Dossier, EventKind
from miroir.dossier.reminders import Purpose
from miroir.dossier.states import DOSSIER_MOVES, OUTCOMES, STATES, Outcome
from miroir.operations.dossiers.desk import Desk
from miroir.synthesis import french


def moved(desk: Desk, dossier: Dossier, name: str, reason: str = "") -> Dossier:
    """Move it by the table; raises MoveRefused, which says why it may not be."""
    target = DOSSIER_MOVES.target(dossier.state, name, reason)
    if target is dossier.state:
        return dossier
    why = f" : {reason}" if reason else ""
    desk.say(
        dossier,
        EventKind.MOVED,
        f"De «{STATES[dossier.state]}» à «{STATES[target]}»{why}.",
    )
    return desk.save(replace(dossier, state=target))


def reopen(desk: Desk, dossier: Dossier, why: str) -> Dossier:
    """A closed dossier is worked again, with all that was learnt."""
    target = DOSSIER_MOVES.target(dossier.state, "reopen", why)
    desk.say(dossier, EventKind.MOVED, f"Dossier rouvert : {why}.")
    return desk.save(replace(dossier, state=target, closed_at=None, outcome=None))


def closed(desk: Desk, dossier: Dossier, outcome: Outcome, reason: str) -> Dossier:
    """The dossier closed; what blocks was looked at before."""
    target = DOSSIER_MOVES.target(dossier.state, "close")
    why = f" ({reason})" if reason else ""
    desk.say(dossier, EventKind.MOVED, f"Dossier clos : {OUTCOMES[outcome]}{why}.")
    cancel_reminders(desk, dossier, "dossier clos")
    return desk.save(
        replace(
            dossier,
            state=target,
            outcome=outcome,
            closed_at=desk.now,
            claimed_by="",
            claimed_until=None,
        )
    )


def cancel_reminders(
    desk: Desk, dossier: Dossier, why: str, keys: tuple[str, ...] = ()
) -> None:
    """Reminders without purpose are cancelled, and it is said."""
    count = desk.tables.reminders.cancel(dossier.id, why, keys)
    if count:
        what = french.count(count, "rappel annulé", "rappels annulés")
        desk.say(dossier, EventKind.REMINDER, f"{what} : {why}.")


def cancel_contacts(desk: Desk, dossier: Dossier, why: str) -> None:
    """What would lead to a call is cancelled; an answer due is still due."""
    keys = tuple(
        reminder.occurrence_key
        for reminder in desk.tables.reminders.to_come([dossier.id])
        if reminder.purpose is not Purpose.ANSWER
    )
    if keys:
        cancel_reminders(desk, dossier, why, keys)

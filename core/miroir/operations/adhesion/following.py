"""What became of an update in the management tool, written with its outcome."""

from __future__ import annotations

from datetime import datetime

from miroir.adhesion.confirming import Confirmation, task
from miroir.adhesion.plan import PlanState
from miroir.dossier.model import Dossier
from miroir.dossier.reminders import Purpose, Reminder
from miroir.operations.adhesion.thread import told
from miroir.operations.dossiers.desk import ROBOT
from miroir.outbox.model import Status, StoredAction
from miroir.outbox.outcome import PRECONDITION
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.store.database import Tables
from miroir.types.action import ADHESION_UPDATE, AdhesionUpdate

CHANGED_MEANWHILE = "le contrat a changé dans l’outil de gestion entre-temps"
"""Why a plan is void that the management tool answered «412» to."""
_STUCK = {
    Status.REFUSED: "l’outil de gestion refuse la mise à jour",
    Status.DEAD: "l’outil de gestion ne répond pas",
    Status.NEEDS_PERSON: "on ne sait pas si l’outil de gestion a fait la mise à jour",
}
_GIVEN_UP = "l’envoi a été abandonné"


def follow(tables: Tables, row: StoredAction) -> None:
    """Close the plan of an update that ended; tell the company when it is done.

    In the database only. A refusal that is no «412» leaves the plan approved:
    a person lets the update go again, or gives it up.
    """
    update = tables.outbox.action(row)
    assert isinstance(update, AdhesionUpdate)
    stored = tables.plans.get(update.siren, update.plan, lock=True)
    if stored.state is not PlanState.APPROVED:
        return
    now = tables.leases.now()
    if row.status is Status.CONFIRMED:
        tables.plans.end(stored, PlanState.APPLIED, now)
        dossier = told(tables, stored, "applied", ROBOT, now)
        _call(tables, stored, dossier, now)
    elif row.status is Status.REFUSED and row.code == PRECONDITION:
        tables.plans.end(stored, PlanState.VOID, now, CHANGED_MEANWHILE)
        told(tables, stored, "void", ROBOT, now, CHANGED_MEANWHILE)
        # Else it could be replayed, were the contract as before again.
        tables.decisions.discard(row, ROBOT, CHANGED_MEANWHILE, (ADHESION_UPDATE,))
    elif row.status is Status.CANCELLED:
        tables.plans.end(stored, PlanState.FAILED, now, _GIVEN_UP)
        told(tables, stored, "failed", ROBOT, now, _GIVEN_UP)
    elif row.status in _STUCK:
        why = _STUCK[row.status] + (f" ({row.code})" if row.code else "")
        told(tables, stored, "stuck", ROBOT, now, why)


def settle(tables: Tables) -> int:
    """Follow updates that ended while nobody followed them; how many."""
    done = 0
    for stored in tables.plans.in_state(PlanState.APPROVED):
        row = update_row(tables, stored)
        refused = row is not None and row.code == PRECONDITION
        if row is not None and (row.status in _ENDED or refused):
            follow(tables, row)
            done += 1
    return done


_ENDED = (Status.CONFIRMED, Status.CANCELLED)


def update_row(tables: Tables, stored: StoredPlan) -> StoredAction | None:
    """The update of a plan in the outbox; None when there is none."""
    for row in tables.outbox.listed(siren=stored.plan.siren, kind=ADHESION_UPDATE):
        update = tables.outbox.action(row)
        assert isinstance(update, AdhesionUpdate)
        if update.plan == stored.plan.hash:
            return row
    return None


def _call(tables: Tables, stored: StoredPlan, dossier: Dossier, now: datetime) -> None:
    """The task of telling the company, when it is by telephone."""
    assert stored.decision is not None
    if stored.decision.confirmation is not Confirmation.CALL:
        return  # nothing, or a mail that waited for this and goes now
    plan = stored.plan
    tables.reminders.ask(
        Reminder(
            occurrence_key=f"adhesion|{plan.hash}",
            due_at=now,
            dossier=dossier.id,
            purpose=Purpose.APPOINTMENT,
            text=task(plan, stored.number),
        )
    )

"""The update of an approved plan, on its way out."""

from __future__ import annotations

from miroir.adhesion.confirming import Confirmation, recipients
from miroir.dossier.model import Dossier
from miroir.dossier.moves import MoveRefused
from miroir.operations.workplace import Workplace
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.store.database import Tables
from miroir.types.action import MAIL, AdhesionUpdate


def update_of(stored: StoredPlan) -> AdhesionUpdate:
    """What the management tool is asked, as it was approved."""
    plan = stored.plan
    return AdhesionUpdate(
        siren=plan.siren,
        plan=plan.hash,
        version=plan.version,
        before=plan.before,
        after=plan.after,
    )


def send(tables: Tables, stored: StoredPlan, dossier: Dossier, by: str) -> str:
    """Write the update in the outbox, in the commit of the approval; its key."""
    return tables.outbox.enqueue(
        update_of(stored),
        dossier=f"dossier:{dossier.id}",
        occasion=stored.plan.hash,
        by=by,
    )


def require_way(
    workplace: Workplace, tables: Tables, dossier: Dossier, how: Confirmation
) -> None:
    """Raise MoveRefused when the company could not be told by mail."""
    if how is not Confirmation.MAIL:
        return
    if not any(each.kind == MAIL for each in workplace.destinations.values()):
        raise MoveRefused(
            "Aucune messagerie n’est configurée : confirmer par téléphone (--confirm"
            " call)."
        )
    people = tables.memories.interlocutors(dossier.id)
    if not recipients(people, workplace.rules.today(workplace.clock())):
        raise MoveRefused(
            "Aucun interlocuteur habilité du dossier n’a d’adresse électronique :"
            " confirmer par téléphone (--confirm call)."
        )

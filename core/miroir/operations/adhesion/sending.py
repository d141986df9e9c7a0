"""The update of an approved plan, on its way out."""

from __future__ import annotations

from miroir.dossier.model import Dossier
from miroir.operations.workplace import Workplace
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.store.database import Tables
from miroir.types.action import AdhesionUpdate


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


def send(
    workplace: Workplace, tables: Tables, stored: StoredPlan, dossier: Dossier
) -> None:
    """Write the update in the outbox, in the commit of the approval."""

"""What the thread of the dossier and the journal say of a plan."""

from __future__ import annotations

from datetime import datetime

from miroir.dossier.model import Dossier, EventKind
from miroir.operations.dossiers.desk import Desk
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.store.database import Tables
from miroir.synthesis.french import count
from miroir.trace.entry import Entry

_SAID = {
    "proposed": "proposé, {changes}",
    "approved": "approuvé, envoyé à l’outil de gestion",
    "refused": "refusé",
    "withdrawn": "retiré",
    "void": "caduc",
    "applied": "appliqué par l’outil de gestion",
    "failed": "abandonné",
    "stuck": "en attente d’une personne (`miroir actions`)",
}


def told(
    tables: Tables,
    stored: StoredPlan,
    what: str,
    actor: str,
    now: datetime,
    why: str = "",
) -> Dossier:
    """Say it in the journal, and in French in the dossier of the company, which
    is opened if there is none.

    A colleague who works on the dossier is not in the way: nothing of it
    changes but its thread.
    """
    desk = Desk(tables=tables, actor=actor, now=now)
    dossier, _ = tables.cases.create(stored.plan.siren, desk.now)
    if not tables.cases.thread(dossier.id):
        desk.say(dossier, EventKind.OPENED, "Ouvert pour une mise à jour d’adhésion.")
    said = _SAID[what].format(
        changes=count(len(stored.plan.items), "changement", "changements")
    )
    because = f" : {why.rstrip('.')}" if why else ""
    desk.say(
        dossier,
        EventKind.NOTE,
        f"Adhésion, plan n° {stored.number} ({stored.plan.hash[:12]}) {said}{because}.",
    )
    noted(tables, stored, what, actor, why)
    return dossier


def noted(
    tables: Tables, stored: StoredPlan, what: str, actor: str, why: str = ""
) -> None:
    """One line of the journal; amounts are cents."""
    plan = stored.plan
    tables.journal.append(
        Entry(
            act=f"adhesion.{what}",
            actor=actor,
            siren=plan.siren,
            subject=f"plan:{plan.hash}",
            outcome=why,
            facts={
                "number": stored.number,
                "changes": len(plan.items),
                "due": plan.effect.due,
                "version": plan.version,
                "rules": plan.rules,
                "undoes": plan.undoes,
            },
        )
    )

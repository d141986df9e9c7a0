"""Plans that end without anyone's decision: expired, or void."""

from __future__ import annotations

from datetime import datetime

from miroir.adhesion.plan import PlanState
from miroir.operations.adhesion.thread import noted
from miroir.operations.dossiers.desk import ROBOT
from miroir.store.database import Tables


def close_expired(tables: Tables, siren: str, now: datetime) -> bool:
    """End the plan of a company that waited too long; whether one did."""
    waiting = tables.plans.open_of(siren, lock=True)
    if waiting is None or waiting.state is not PlanState.PROPOSED:
        return False
    if now < waiting.plan.expires_at:
        return False
    why = "sans décision dans les cinq jours ouvrés"
    noted(tables, waiting, "expired", ROBOT, why)
    return tables.plans.end(waiting, PlanState.EXPIRED, now, why)

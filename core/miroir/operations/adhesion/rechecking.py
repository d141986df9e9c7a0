"""Plans whose facts changed: void, and their update taken back if it waits."""

from __future__ import annotations

import logging

from miroir.adhesion.plan import PlanState
from miroir.errors import DestinationError
from miroir.operations.adhesion.drift import drift
from miroir.operations.adhesion.examining import examine
from miroir.operations.adhesion.following import update_row
from miroir.operations.adhesion.thread import told
from miroir.operations.dossiers.desk import ROBOT
from miroir.operations.workplace import Workplace
from miroir.outbox.model import Status
from miroir.store.database import Tables
from miroir.types.action import ADHESION_UPDATE

log = logging.getLogger(__name__)


def recheck(workplace: Workplace, siren: str) -> str:
    """End the open plan of a company when its facts changed; why, in French.

    An update that has gone out is left alone: it names the version that it
    changes, and the management tool decides. Empty when nothing was ended.
    """
    with workplace.store.read() as tables:
        waiting = tables.plans.open_of(siren)
    if waiting is None:
        return ""
    try:
        why = drift(waiting.plan, examine(workplace, siren))
    except DestinationError as error:
        log.warning("%s: its open plan is not looked at again: %s", siren, error)
        return ""
    if not why:
        return ""
    now = workplace.clock()
    with workplace.store.write() as tables:
        tables.cases.create(siren, now)
        stored = tables.plans.open_of(siren, lock=True)
        if stored is None or stored.id != waiting.id or not _taken_back(tables, siren):
            return ""
        tables.plans.end(stored, PlanState.VOID, now, why)
        told(tables, stored, "void", ROBOT, now, why)
    return why


def _taken_back(tables: Tables, siren: str) -> bool:
    """Whether no update is on its way any more."""
    stored = tables.plans.open_of(siren)
    assert stored is not None
    if stored.state is PlanState.PROPOSED:
        return True
    row = update_row(tables, stored)
    if row is None or row.status is not Status.PENDING or row.doubt:
        return False
    why = "l’approbation est caduque"
    tables.decisions.cancel(row, ROBOT, why, pivots=(ADHESION_UPDATE,))
    return True

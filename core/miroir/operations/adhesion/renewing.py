"""Proposing again: the contract changed under an approved plan (412)."""

from __future__ import annotations

from collections.abc import Iterator

from miroir.adhesion.plan import PlanState
from miroir.dossier.moves import MoveRefused
from miroir.errors import MiroirError
from miroir.operations.adhesion.closing import close_expired
from miroir.operations.adhesion.following import CHANGED_MEANWHILE, settle
from miroir.operations.adhesion.proposing import propose_again
from miroir.operations.workplace import Workplace
from miroir.store.adhesion_plans.plans import StoredPlan


def renew(workplace: Workplace) -> Iterator[str]:
    """One line in French for each company whose last plan was made void so.

    The contract is read again and everything recomputed: what still does not
    agree is proposed anew, in the name of who proposed it, and approved anew.
    """
    for stored in _to_renew(workplace):
        siren = stored.plan.siren
        try:
            again = propose_again(workplace, stored)
        except MoveRefused as error:
            yield f"{siren} : rien à proposer de nouveau. {error}"
        except MiroirError as error:
            yield f"{siren} : pas encore possible ({error})."
        else:
            yield (
                f"{siren} : plan n° {again.number} ({again.plan.hash[:12]}) proposé à la"
                f" place du n° {stored.number}, à approuver."
            )


def _to_renew(workplace: Workplace) -> list[StoredPlan]:
    now = workplace.clock()
    with workplace.store.write() as tables:
        settle(tables)
        for waiting in tables.plans.in_state(PlanState.PROPOSED):
            close_expired(tables, waiting.plan.siren, now)
        void = tables.plans.in_state(PlanState.VOID)
        last = {each.plan.siren: tables.plans.of(each.plan.siren)[-1] for each in void}
    return [
        each
        for each in last.values()
        if each.state is PlanState.VOID
        and each.why == CHANGED_MEANWHILE
        and not each.plan.undoes
    ]

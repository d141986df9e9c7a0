"""What a second person decides of a plan, bound to its hash."""

from __future__ import annotations

from datetime import datetime

from miroir.adhesion.confirming import Confirmation
from miroir.adhesion.plan import PLAN_STATES, PlanState
from miroir.dossier.moves import MoveRefused
from miroir.operations.adhesion.closing import close_expired
from miroir.operations.adhesion.drift import drift
from miroir.operations.adhesion.examining import Examination, examine
from miroir.operations.adhesion.persons import person
from miroir.operations.adhesion.sending import Letter, letter_of, send
from miroir.operations.adhesion.thread import told
from miroir.operations.dossiers.desk import ROBOT
from miroir.operations.dossiers.words import require_sober
from miroir.operations.workplace import Workplace
from miroir.store.adhesion_plans.plans import APPROVED, REFUSED, StoredPlan

LEAST_HASH = 8
"""Characters of the hash that an approver gives: what was read is what is meant."""


def approve(
    workplace: Workplace,
    siren: str,
    start: str,
    actor: str,
    reason: str = "",
    confirm: Confirmation = Confirmation.CALL,
) -> StoredPlan:
    """Approve the plan of this hash, and write its update in the outbox.

    The contract is read again and everything recomputed first: when anything
    has changed, the plan is void. `confirm`: how the company is told, once the
    update is done. Raises MoveRefused, in French.
    """
    approver = person(workplace, actor)
    require_sober(reason)
    stored = _waiting(workplace, siren, start)
    _require_other(stored, approver)
    examination = examine(workplace, siren)
    changed = drift(stored.plan, examination)
    if changed:
        _void(workplace, siren, start, changed)
        raise MoveRefused(
            f"Le plan n° {stored.number} est caduc : {changed}. Refaire une"
            " proposition."
        )
    letter = letter_of(workplace, stored, confirm)
    return _decide(
        workplace, stored, approver, APPROVED, reason, examination, confirm, letter
    )


def refuse(
    workplace: Workplace, siren: str, start: str, actor: str, reason: str
) -> StoredPlan:
    """Refuse a plan, saying why; its proposer may only withdraw it."""
    approver = person(workplace, actor)
    require_sober(reason)
    if not reason.strip():
        raise MoveRefused("Pour refuser un plan, il faut dire pourquoi.")
    stored = _waiting(workplace, siren, start)
    _require_other(stored, approver)
    return _decide(workplace, stored, approver, REFUSED, reason)


def withdraw(
    workplace: Workplace, siren: str, start: str, actor: str, reason: str = ""
) -> StoredPlan:
    """Take back a plan that was not decided, by who proposed it."""
    who = person(workplace, actor)
    require_sober(reason)
    with workplace.store.write() as tables:
        stored = tables.plans.get(siren, start, lock=True)
        _require_waiting(stored, workplace.clock())
        if stored.plan.proposer != who:
            raise MoveRefused(
                f"Ce plan est de {stored.plan.proposer} : le refuser, en disant"
                " pourquoi."
            )
        now = workplace.clock()
        tables.plans.end(stored, PlanState.WITHDRAWN, now, reason)
        told(tables, stored, "withdrawn", who, now, reason)
        return tables.plans.get(siren, stored.plan.hash)


def _waiting(workplace: Workplace, siren: str, start: str) -> StoredPlan:
    """The plan of this hash, which waits for a decision."""
    if len(start) < LEAST_HASH:
        raise MoveRefused(
            f"Donner au moins les {LEAST_HASH} premiers caractères de l’empreinte du"
            " plan, telle que `miroir adhesion show` l’affiche."
        )
    now = workplace.clock()
    with workplace.store.write() as tables:
        close_expired(tables, siren, now)
        stored = tables.plans.get(siren, start)
    _require_waiting(stored, now)
    return stored


def _require_waiting(stored: StoredPlan, now: datetime) -> None:
    if stored.state is PlanState.PROPOSED and now < stored.plan.expires_at:
        return
    state = PLAN_STATES[stored.state]
    decided = stored.decision
    by = f" par {decided.approver}" if decided is not None else ""
    raise MoveRefused(f"Le plan n° {stored.number} n’attend plus : {state}{by}.")


def _require_other(stored: StoredPlan, approver: str) -> None:
    """The database holds this too, against any SQL: here, it is said in French."""
    if approver == stored.plan.proposer:
        raise MoveRefused(
            f"Le plan n° {stored.number} est de {approver} : une autre personne"
            " l’approuve ou le refuse."
        )


def _decide(
    workplace: Workplace,
    seen: StoredPlan,
    approver: str,
    decision: str,
    reason: str,
    examination: Examination | None = None,
    confirm: Confirmation = Confirmation.NONE,
    letter: Letter | None = None,
) -> StoredPlan:
    """Decision, thread, journal and outbox in one commit."""
    siren, now = seen.plan.siren, workplace.clock()
    with workplace.store.write() as tables:
        # The dossier first, as everyone does: no two wait for each other.
        tables.cases.create(siren, now)
        stored = tables.plans.get(siren, seen.plan.hash, lock=True)
        _require_waiting(stored, now)
        changes = tables.inputs.changes_of(siren)
        if examination is not None and changes != examination.changes:
            raise MoveRefused(
                "Des déclarations viennent d’arriver pour cette entreprise :"
                " recommencer."
            )
        decided = tables.plans.decide(
            stored, seen.plan.hash, approver, decision, now, reason.strip(), confirm
        )
        dossier = told(tables, decided, decision, approver, now, reason)
        if decision == APPROVED:
            send(workplace, tables, decided, dossier, approver, letter)
        return decided


def _void(workplace: Workplace, siren: str, start: str, why: str) -> None:
    now = workplace.clock()
    with workplace.store.write() as tables:
        tables.cases.create(siren, now)
        stored = tables.plans.get(siren, start, lock=True)
        if stored.state is PlanState.PROPOSED:
            tables.plans.end(stored, PlanState.VOID, now, why)
            told(tables, stored, "void", ROBOT, now, why)

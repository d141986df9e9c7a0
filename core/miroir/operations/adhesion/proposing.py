"""A plan made and proposed: chosen changes, what they rest on, what they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from miroir.adhesion.images import image
from miroir.adhesion.model import Basis, Effect
from miroir.adhesion.plan import Item, Plan, expiry, facts, item
from miroir.adhesion.rows import applied
from miroir.dossier.moves import MoveRefused
from miroir.operations.adhesion.choosing import Choice, chosen, require_reason
from miroir.operations.adhesion.closing import close_expired
from miroir.operations.adhesion.contracts import require_tool
from miroir.operations.adhesion.examining import Examination, examine
from miroir.operations.adhesion.persons import person
from miroir.operations.adhesion.thread import told
from miroir.operations.dossiers.words import require_sober
from miroir.operations.workplace import Workplace
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.store.database import Tables
from miroir.types.adhesion import AdhesionCondition


def propose(
    workplace: Workplace,
    siren: str,
    actor: str,
    *,
    numbers: Sequence[int] = (),
    choices: Sequence[Choice] = (),
    reason: str = "",
) -> StoredPlan:
    """Propose the changes of some incoherences, by their number in `check`.

    Without numbers: every change that rests on more than what the company
    declares. Raises MoveRefused, in French, when nothing can be proposed.
    """
    proposer = person(workplace, actor)
    require_sober(reason)
    examination = examine(workplace, siren)
    require_tool(examination.contract)
    items, changes = chosen(examination, numbers, choices)
    require_reason(changes, reason)
    before = examination.contract.conditions
    after = applied(before, changes)
    if image(after) == image(before):
        raise MoveRefused("Ces changements laissent le contrat tel qu’il est.")
    draft = _Draft(
        examination=examination,
        after=after,
        items=items,
        effect=examination.simulate(after),
    )
    return record(workplace, draft.plan(workplace, proposer, reason), examination)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    examination: Examination
    after: tuple[AdhesionCondition, ...]
    items: tuple[Item, ...]
    effect: Effect
    undoes: str = ""

    def plan(self, workplace: Workplace, proposer: str, reason: str) -> Plan:
        contract, rules = self.examination.contract, workplace.rules
        now = workplace.clock()
        return Plan(
            siren=contract.siren,
            destination=contract.destination,
            version=contract.version,
            rules=self.examination.rules,
            facts=facts(
                contract.conditions, self.items, self.effect, self.examination.rules
            ),
            proposer=proposer,
            proposed_at=now,
            expires_at=expiry(self.examination.today, rules.workdays, rules.zone),
            reason=reason.strip(),
            before=contract.conditions,
            after=self.after,
            items=self.items,
            effect=self.effect,
            undoes=self.undoes,
        )


def propose_again(workplace: Workplace, stored: StoredPlan) -> StoredPlan:
    """Propose what is still to change of a plan that became void.

    In the name of its proposer, so that the same person cannot approve it.
    Raises MoveRefused when the contract, as it is now, agrees.
    """
    old, examination = stored.plan, examine(workplace, stored.plan.siren)
    wanted = {(each.code, each.siret, each.category) for each in old.items}
    found = [
        one
        for one in examination.found
        if one.change is not None and (one.code, one.siret, one.category) in wanted
    ]
    if not found:
        raise MoveRefused("Le contrat est maintenant cohérent sur ces points.")
    changes = [one.change for one in found if one.change is not None]
    after = applied(examination.contract.conditions, changes)
    draft = _Draft(
        examination=examination,
        after=after,
        items=tuple(map(item, found)),
        effect=examination.simulate(after),
    )
    return record(
        workplace, draft.plan(workplace, old.proposer, old.reason), examination
    )


def undo(
    workplace: Workplace, siren: str, start: str, actor: str, reason: str
) -> StoredPlan:
    """Propose to put back what was before a plan that was applied.

    It is a plan as any other: a second person approves it. Raises MoveRefused
    when the contract is no longer what that plan made of it.
    """
    proposer = person(workplace, actor)
    require_sober(reason)
    if not reason.strip():
        raise MoveRefused("Pour annuler une mise à jour, il faut dire pourquoi.")
    with workplace.store.read() as tables:
        undone = tables.plans.get(siren, start)
    if undone.state.value != "applied":
        raise MoveRefused(
            f"Le plan n° {undone.number} n’a pas été appliqué : il n’y a rien à annuler."
        )
    examination = examine(workplace, siren)
    require_tool(examination.contract)
    if image(examination.contract.conditions) != image(undone.plan.after):
        raise MoveRefused(
            "Le contrat a changé depuis cette mise à jour : remettre l’état d’avant"
            " effacerait aussi ces changements. Proposer une nouvelle mise à jour."
        )
    draft = _Draft(
        examination=examination,
        after=undone.plan.before,
        items=tuple(map(_undone, undone.plan.items)),
        effect=examination.simulate(undone.plan.before),
        undoes=undone.plan.hash,
    )
    return record(workplace, draft.plan(workplace, proposer, reason), examination)


def _undone(one: Item) -> Item:
    return replace(
        one,
        code="ANNULATION",
        label=f"Annuler : {one.label}",
        basis=Basis.UNDO,
        recorded=one.expected,
        expected=one.recorded,
        evidence=(),
    )


def record(workplace: Workplace, plan: Plan, examination: Examination) -> StoredPlan:
    """Write a plan, unless something came since it was made."""
    with workplace.store.write() as tables:
        # Locks the dossier: two who propose at once go one after the other.
        tables.cases.create(plan.siren, plan.proposed_at)
        close_expired(tables, plan.siren, plan.proposed_at)
        _require_room(tables, plan.siren)
        if tables.inputs.changes_of(plan.siren) != examination.changes:
            raise MoveRefused(
                "Des déclarations viennent d’arriver pour cette entreprise :"
                " recommencer."
            )
        stored = tables.plans.propose(plan)
        told(tables, stored, "proposed", plan.proposer, plan.proposed_at)
        return stored


def _require_room(tables: Tables, siren: str) -> None:
    waiting = tables.plans.open_of(siren, lock=True)
    if waiting is not None:
        raise MoveRefused(
            f"Le plan n° {waiting.number} ({waiting.plan.hash[:12]}) attend déjà : le"
            " faire approuver ou refuser, ou le retirer, avant d’en proposer un autre."
        )

"""A plan made and proposed: chosen changes, what they rest on, what they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from miroir.adhesion.images import image
from miroir.adhesion.menu import Menu, values_of
from miroir.adhesion.model import Basis, Change, Effect, Incoherence, Value
from miroir.adhesion.plan import Item, Plan, expiry, facts, item
from miroir.adhesion.rows import applied, own_rows
from miroir.adhesion.words import place
from miroir.dossier.moves import MoveRefused
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Guarantees that a person chose for a category from a day on."""

    siret: str
    category: str
    codes: tuple[str, ...]
    since: date | None = None


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
    items, changes = _chosen(examination, numbers, choices)
    _require_reason(changes, reason)
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


def _chosen(
    examination: Examination, numbers: Sequence[int], choices: Sequence[Choice]
) -> tuple[tuple[Item, ...], list[Change]]:
    found: list[Incoherence] = []
    if numbers:
        found = [_numbered(examination, number) for number in dict.fromkeys(numbers)]
    elif not choices:
        found = [
            one
            for one in examination.found
            if one.change is not None and not one.change.asks_reason
        ]
    changes = [one.change for one in found if one.change is not None]
    items = [item(one) for one in found]
    for choice in choices:
        change = _choice(examination, choice, changes)
        changes.append(change)
        items.append(_chosen_item(choice, change))
    if not changes:
        raise MoveRefused(
            "Aucun changement ne repose sur autre chose que ce que l’entreprise"
            " déclare : choisir avec --only, et dire pourquoi avec --reason."
        )
    return tuple(items), changes


def _numbered(examination: Examination, number: int) -> Incoherence:
    if not 1 <= number <= len(examination.found):
        raise MoveRefused(
            f"Il n’y a pas d’incohérence n° {number} : voir `miroir adhesion check"
            f" {examination.contract.siren}`."
        )
    one = examination.found[number - 1]
    if one.change is None:
        raise MoveRefused(
            f"L’incohérence n° {number} n’a pas de changement à proposer. Ce qui"
            f" décide : {one.decides}"
        )
    return one


def _require_reason(changes: Sequence[Change], reason: str) -> None:
    if reason.strip() or not any(change.asks_reason for change in changes):
        return
    raise MoveRefused(
        "Ce que l’entreprise déclare ne suffit pas à changer son contrat : dire avec"
        " --reason ce qui le justifie (accord, agrément, ancien contrat…)."
    )


def _choice(
    examination: Examination, choice: Choice, changes: Sequence[Change]
) -> Change:
    """The values that chosen guarantees give, on the contract as it will be."""
    after = applied(examination.contract.conditions, changes)
    rows = own_rows(after, choice.siret, choice.category)
    if not rows:
        raise MoveRefused(
            f"Le contrat n’a pas de ligne pour {place(choice.siret, choice.category)}."
        )
    since = choice.since or rows[-1].valid_from
    values = _values(examination.menu, choice, since)
    return Change(
        siret=choice.siret,
        category=choice.category,
        basis=Basis.DECLARED,
        label=(
            f"Choisir au menu {', '.join(choice.codes)} à compter du"
            f" {since:%d/%m/%Y} ({place(choice.siret, choice.category)})"
        ),
        since=since,
        values=values,
    )


def _values(menu: Menu, choice: Choice, since: date) -> dict[str, Value]:
    offered = {each.code: each for each in menu.offered(choice.category, since)}
    unknown = [code for code in choice.codes if code not in offered]
    if unknown:
        raise MoveRefused(
            f"{', '.join(unknown)} : pas au menu de la catégorie {choice.category} le"
            f" {since:%d/%m/%Y} ; il y a {', '.join(offered)}."
        )
    chosen = [offered[code] for code in choice.codes]
    names = [name for each in chosen for name, _ in each.sets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise MoveRefused(
            f"Deux garanties choisies fixent la même chose ({', '.join(twice)})."
        )
    values: dict[str, Value] = {
        name: str(value) for name, value in values_of(chosen).items()
    }
    values["guarantees"] = choice.codes
    return values


def _chosen_item(choice: Choice, change: Change) -> Item:
    return Item(
        code="GARANTIES_CHOISIES",
        siret=choice.siret,
        category=choice.category,
        recorded="",
        expected=" ".join(choice.codes),
        since="" if change.since is None else change.since.isoformat(),
        fact="Garanties choisies au menu par la personne qui propose.",
        decides="La justification donnée par la personne qui propose.",
        label=change.label,
        basis=change.basis,
        source="",
    )

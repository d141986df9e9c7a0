"""Which changes a person proposes: by number, or guarantees of the menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from miroir.adhesion.menu import Menu, values_of
from miroir.adhesion.model import Basis, Change, Incoherence, Value
from miroir.adhesion.plan import Item, item
from miroir.adhesion.rows import applied, own_rows
from miroir.adhesion.words import place
from miroir.dossier.moves import MoveRefused
from miroir.operations.adhesion.examining import Examination

CHOSEN = "GARANTIES_CHOISIES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Guarantees that a person chose for a category from a day on."""

    siret: str
    category: str
    codes: tuple[str, ...]
    since: date | None = None


def chosen(
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


def require_reason(changes: Sequence[Change], reason: str) -> None:
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
        code=CHOSEN,
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

"""Menus of the shared record: code lists that hold from a day to another.

A code that is not in the list of the day is refused, with those that are; a
list is never taken beyond its last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from miroir.dossier.moves import MoveRefused
from miroir.privacy import mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The codes of a menu and what they mean, from a day to another, included."""

    since: date
    codes: Mapping[str, str]
    until: date | None = None

    def hold(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """One menu. `required`: a record is not written without a choice in it."""

    name: str
    label: str
    required: bool = False
    lists: tuple[Codes, ...] = field(default=())

    def codes(self, on: date) -> Mapping[str, str]:
        """The codes of a day; raises MoveRefused when no list holds then."""
        for each in self.lists:
            if each.hold(on):
                return each.codes
        raise MoveRefused(
            f"Menu «{self.label}» : aucune liste de codes n’est connue au"
            f" {on:%d/%m/%Y}. Compléter [record.menus.{self.name}]."
        )

    def code(self, chosen: str, on: date) -> str:
        """The code of a choice, given as a code or as its meaning."""
        codes = self.codes(on)
        if chosen in codes:
            return chosen
        same = [
            c for c, label in codes.items() if label.casefold() == chosen.casefold()
        ]
        if len(same) == 1:
            return same[0]
        accepted = ", ".join(f"{code} ({label})" for code, label in codes.items())
        raise MoveRefused(
            f"Menu «{self.label}» : «{mask(chosen)}» n’existe pas au {on:%d/%m/%Y}."
            f" Valeurs acceptées : {accepted}."
        )


def choose(
    menus: Iterable[Menu], choices: Mapping[str, str], on: date
) -> Mapping[str, str]:
    """The code chosen in each menu; raises MoveRefused with all that is wrong."""
    known = {menu.name: menu for menu in menus}
    problems = list(_problems(known, choices, on))
    if problems:
        raise MoveRefused(" ".join(problems))
    return {name: known[name].code(text, on) for name, text in sorted(choices.items())}


def _problems(
    known: Mapping[str, Menu], choices: Mapping[str, str], on: date
) -> Iterator[str]:
    for name, text in sorted(choices.items()):
        if name not in known:
            listed = ", ".join(sorted(known)) or "aucun n’est configuré"
            yield f"Le menu «{mask(name)}» n’existe pas. Menus : {listed}."
            continue
        try:
            known[name].code(text, on)
        except MoveRefused as refused:
            yield str(refused)
    for name, menu in known.items():
        if menu.required and name not in choices:
            try:
                accepted = ", ".join(f"{c} ({t})" for c, t in menu.codes(on).items())
            except MoveRefused as refused:
                yield str(refused)
                continue
            yield f"Menu «{menu.label}» : choix attendu, parmi {accepted}."

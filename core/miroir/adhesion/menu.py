"""The GPS's menu of guarantees, and what collective agreements oblige to.

Both are tables of the configuration with a version and dated codes: a guarantee
says what it sets (a rate, the employer's share), for which categories, between
which days, and what it takes to be given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from miroir.types.adhesion import AdhesionCondition

SETTABLE = ("rate_t1", "rate_t2", "employer_share")


class Requires(StrEnum):
    """What a guarantee takes to be given."""

    NOTHING = "nothing"
    HISTORY = "history"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """One entry of the menu. `sets`: percents by field of AdhesionCondition;
    empty for one that changes no amount. `default`: chosen with a category,
    unless someone chooses otherwise. `until` is included."""

    code: str
    label: str
    since: date
    until: date | None
    categories: tuple[str, ...]
    sets: tuple[tuple[str, Decimal], ...] = ()
    requires: Requires = Requires.NOTHING
    default: bool = False
    source: str = ""

    def open_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def agrees(self, condition: AdhesionCondition) -> bool:
        """Whether a row holds the values that it sets."""
        return all(getattr(condition, name) == value for name, value in self.sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a collective agreement (IDCC) obliges to from a day on."""

    idcc: str
    label: str
    since: date
    until: date | None
    categories: tuple[str, ...]
    guarantees: tuple[str, ...]
    source: str = ""

    def holds(self, idcc: str, category: str, day: date) -> bool:
        dated = self.since <= day and (self.until is None or day <= self.until)
        return dated and idcc == self.idcc and category in self.categories


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What may be chosen. `version` names what was in force, in every plan."""

    version: str
    guarantees: tuple[Guarantee, ...] = field(default=())
    agreements: tuple[Agreement, ...] = field(default=())

    def find(self, code: str) -> Guarantee | None:
        return next((each for each in self.guarantees if each.code == code), None)

    def offered(self, category: str, day: date) -> tuple[Guarantee, ...]:
        """The guarantees of a category on a day, in the order of the menu."""
        return tuple(
            each
            for each in self.guarantees
            if category in each.categories and each.open_on(day)
        )

    def matching(self, condition: AdhesionCondition, day: date) -> tuple[str, ...]:
        """The codes that say exactly what a row holds, one by field set.

        Those it has already come first: history is not undone by the menu.
        """
        offered = self.offered(condition.category, day)
        own = [each for each in offered if each.code in condition.guarantees]
        chosen = {each.code for each in offered if each.default}
        chosen.update(each.code for each in own if not each.sets)
        settled: set[str] = set()
        for each in (*own, *offered):
            names = {name for name, _ in each.sets}
            free = each.requires is Requires.NOTHING or each in own
            if names and free and not names & settled and each.agrees(condition):
                settled |= names
                chosen.add(each.code)
        return tuple(each.code for each in offered if each.code in chosen)

    def setting(
        self, name: str, value: Decimal, category: str, day: date
    ) -> tuple[Guarantee, ...]:
        """The guarantees that give one field one value."""
        return tuple(
            each for each in self.offered(category, day) if (name, value) in each.sets
        )

    def obliged(self, idcc: str, category: str, day: date) -> Iterator[Guarantee]:
        """What the agreement of a company obliges to."""
        for agreement in self.agreements:
            if agreement.holds(idcc, category, day):
                for code in agreement.guarantees:
                    found = self.find(code)
                    if found is not None:
                        yield found

    def agreement(self, idcc: str, category: str, day: date) -> Agreement | None:
        return next(
            (each for each in self.agreements if each.holds(idcc, category, day)), None
        )


def values_of(guarantees: Sequence[Guarantee]) -> dict[str, Decimal]:
    """What guarantees set together, the later ones over the earlier."""
    return {name: value for each in guarantees for name, value in each.sets}

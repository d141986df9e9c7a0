"""What is to change on each line of the mirror, before how it is declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from miroir.correction.plan import How
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

CAPPED, UNCAPPED = "02", "03"
CARRIED_BY_CAPPED = frozenset({"109"})
"""Contributions declared under base 02; the others stand under base 03."""
COUNTED = frozenset({"131", "132", "106", "109", "105"})


class UnitKey(NamedTuple):
    """A person, in an establishment, under a contract or several at once."""

    siret: str
    person: PersonNumber
    contract: str


class LineKey(NamedTuple):
    """One line of the mirror."""

    unit: UnitKey
    period: Month


def key_of(line: MirrorLine) -> LineKey:
    return LineKey(UnitKey(line.siret, line.person, line.contract), line.period)


@dataclass(slots=True, kw_only=True)
class Entry:
    """Differences on the bases and contributions of one line, in cents.

    `amounts` by contribution code (81.004), `assiettes` likewise (81.003);
    `smic` is a component 79/01, None where none is written. `under`: the base
    that bears the contributions, empty for the usual one.
    """

    how: How
    bases: dict[str, Cents] = field(default_factory=dict)
    amounts: dict[str, Cents] = field(default_factory=dict)
    assiettes: dict[str, Cents] = field(default_factory=dict)
    smic: Cents | None = None
    under: str = ""

    @property
    def codes(self) -> list[str]:
        return sorted({*self.amounts, *self.assiettes})

    @property
    def amount(self) -> Cents:
        return sum(self.amounts.values())

    def add(self, other: Entry) -> None:
        """Sum differences of the same line."""
        for mine, more in (
            (self.bases, other.bases),
            (self.amounts, other.amounts),
            (self.assiettes, other.assiettes),
        ):
            for code, cents in more.items():
                mine[code] = mine.get(code, 0) + cents
        if other.smic is not None:
            self.smic = (self.smic or 0) + other.smic


@dataclass(slots=True, kw_only=True)
class Status:
    """A category (40.003): what was declared, what it is, the months wrong."""

    old: str
    new: str
    periods: list[Month] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Scheme:
    """A scheme (71.002): `wrong` is empty where block 71 was absent.

    `bases`: by month, the amounts declared to the wrong scheme.
    """

    wrong: str
    bases: dict[Month, dict[str, Cents]] = field(default_factory=dict)
    periods: list[Month] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Due:
    """A payment (block 20) that completes the one of a month, or the
    institution that a payment must name; `amount` in cents."""

    siret: str
    period: Month
    institution: str
    amount: Cents


@dataclass(slots=True)
class Draft:
    """Every change, by the line or the unit that it concerns."""

    entries: dict[LineKey, list[Entry]] = field(default_factory=dict)
    days: dict[LineKey, Decimal] = field(default_factory=dict)
    statuses: dict[UnitKey, Status] = field(default_factory=dict)
    schemes: dict[UnitKey, Scheme] = field(default_factory=dict)
    payments: list[Due] = field(default_factory=list)
    causes: dict[LineKey, set[str]] = field(default_factory=dict)

    def add(self, key: LineKey, entry: Entry) -> None:
        """Differences of amounts are summed, a cancellation stays apart: it
        has to bear the very amount that it cancels."""
        own = self.entries.setdefault(key, [])
        for known in own:
            if known.how is entry.how is How.AMOUNTS:
                known.add(entry)
                return
        own.append(entry)

    def lines(self) -> set[LineKey]:
        """The lines whose amounts or situation change."""
        found = {*self.entries, *self.days}
        for unit, status in self.statuses.items():
            found.update(LineKey(unit, period) for period in status.periods)
        for unit, scheme in self.schemes.items():
            found.update(LineKey(unit, period) for period in scheme.periods)
        return found

"""Bases 78, components 79 and contributions 81, summed for each employee."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from miroir.recomputation.bulk.blocks import Employees, any_of, packed, total
from miroir.recomputation.bulk.rows import NO_END, Ints, Mask, Words
from miroir.recomputation.facts import (
    CAPPED,
    EMPLOYER_PENSION,
    SHARED_CEILING,
    SMIC,
    SPECIFIC_BASES,
    UNCAPPED,
)

_MIX = np.uint64(0x9E3779B97F4A7C15)
BASE, COMPONENT, CONTRIBUTION = "S21.G00.78", "S21.G00.79", "S21.G00.81"


@dataclass(frozen=True, slots=True, eq=False)
class Bases:
    """Sums in cents; `first` and `last`: days that bases 02 and 03 cover."""

    capped: Ints
    gross: Ints
    smic: Ints
    paid: Mask
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """Sums of block 81 by code, in cents, and whether 018 and 106 are there."""

    c131: Ints
    c132: Ints
    c106: Ints
    c109: Ints
    c018: Ints
    has_018: Mask
    has_106: Mask
    legacy_105: Mask

    @property
    def any(self) -> Mask:
        found: Mask = (self.c131 != 0) | (self.c132 != 0) | (self.c106 != 0)
        return found


def bases_of(employees: Employees) -> Bases:
    """Bases 02 and 03 of the month. Not sure: bases of another month or of a
    specific kind, a base that may be there twice, a base 02 without a 03."""
    owner, code = employees.owner(BASE), employees.codes(BASE, "001")
    start, end = employees.ints(BASE, "002"), employees.ints(BASE, "003")
    amount = employees.ints(BASE, "004")
    outside = (start < employees.first[owner]) | (start > employees.last[owner])
    special = any_of(code, *SPECIFIC_BASES) & (amount != 0)
    twice = _twice(owner, code.astype(np.int64), start, end, amount)
    employees.doubt(owner[outside | special | twice])
    capped, uncapped = code == packed(CAPPED), code == packed(UNCAPPED)
    complete = employees.marked(owner[uncapped])
    employees.doubt(owner[capped][~complete[owner[capped]]])
    count = len(employees)
    smic, employer = _components(employees)
    gross = total(owner[uncapped], amount[uncapped], count)
    first, last = covered(employees)
    return Bases(
        capped=total(owner[capped], amount[capped], count),
        gross=np.where(complete, gross - employer, 0),
        smic=smic,
        paid=employees.marked(owner[capped & (amount > 0)]),
        first=first,
        last=last,
    )


def covered(employees: Employees) -> tuple[Ints, Ints]:
    """First and last day of bases 02 and 03; the whole month without any."""
    dated = any_of(employees.codes(BASE, "001"), CAPPED, UNCAPPED)
    owner = employees.owner(BASE)[dated]
    first = np.full(len(employees), NO_END)
    last = np.full(len(employees), -NO_END)
    np.minimum.at(first, owner, employees.ints(BASE, "002")[dated])
    np.maximum.at(last, owner, employees.ints(BASE, "003")[dated])
    return (
        np.where(first == NO_END, employees.first, first),
        np.where(last == -NO_END, employees.last, last),
    )


def _components(employees: Employees) -> tuple[Ints, Ints]:
    """SMIC and employer pension contributions; a shared ceiling is not sure."""
    owner, kind = employees.owner(COMPONENT), employees.codes(COMPONENT, "001")
    amount = employees.ints(COMPONENT, "004")
    employees.doubt(owner[kind == packed(SHARED_CEILING)])
    smic, employer = (
        total(owner[rows], amount[rows], len(employees))
        for rows in (kind == packed(SMIC), kind == packed(EMPLOYER_PENSION))
    )
    return smic, employer


def declared_of(employees: Employees) -> Declared:
    """As `facts._declared`: 105 (Apec included) only where 131 is nothing."""
    owner, code = employees.owner(CONTRIBUTION), employees.codes(CONTRIBUTION, "001")
    amount = employees.ints(CONTRIBUTION, "004")
    present = employees.present(CONTRIBUTION, "004")

    def rows(wanted: str) -> Mask:
        found: Mask = (code == packed(wanted)) & present
        return found

    def summed(wanted: str) -> Ints:
        found = rows(wanted)
        return total(owner[found], amount[found], len(employees))

    unified, old = summed("131"), summed("105")
    legacy = (unified == 0) & (old != 0)
    return Declared(
        c131=np.where(legacy, old, unified),
        c132=np.where(legacy, 0, summed("132")),
        c106=summed("106"),
        c109=summed("109"),
        c018=summed("018"),
        has_018=employees.marked(owner[rows("018")]),
        has_106=employees.marked(owner[rows("106")]),
        legacy_105=legacy,
    )


def _twice(owner: Ints, *columns: Ints) -> Mask:
    """Rows that may repeat another one; never misses one that does."""
    # Scattered first: a small owner and a small code would cancel each other.
    mix: Words = owner.astype(np.uint64) * _MIX
    for column in columns:
        mix = (mix ^ column.view(np.uint64)) * _MIX
        mix ^= mix >> np.uint64(29)
    order = np.sort(mix)
    again = order[1:][order[1:] == order[:-1]]
    return np.isin(mix, again) if len(again) else np.zeros(len(mix), bool)

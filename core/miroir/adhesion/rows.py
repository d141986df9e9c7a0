"""The rows of a contract, changed: created, begun earlier, extended, cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from miroir.adhesion.model import Change, Value
from miroir.adhesion.words import place
from miroir.dossier.moves import MoveRefused
from miroir.types.adhesion import AdhesionCondition, Headcount

ONE_DAY = timedelta(days=1)
_DECIMALS = frozenset({"rate_t1", "rate_t2", "employer_share"})


def own_rows(
    conditions: Iterable[AdhesionCondition], siret: str, category: str
) -> tuple[AdhesionCondition, ...]:
    """The rows of one category that name this establishment, the oldest first."""
    found = (
        each for each in conditions if each.siret == siret and each.category == category
    )
    return tuple(sorted(found, key=lambda each: each.valid_from))


def applied(
    conditions: Sequence[AdhesionCondition], changes: Iterable[Change]
) -> tuple[AdhesionCondition, ...]:
    """The contract once changed; rows keep their order.

    Raises MoveRefused, in French, when two rows would hold on one day.
    """
    rows = list(conditions)
    for change in sorted(changes, key=_order):
        rows = _apply(rows, change)
    _refuse_overlaps(rows)
    return tuple(rows)


def _order(change: Change) -> int:
    """Dates before values: what is cut must be there."""
    if change.creates is not None:
        return 0
    return 1 if change.begins or change.extends else 2


def _apply(rows: list[AdhesionCondition], change: Change) -> list[AdhesionCondition]:
    if change.creates is not None:
        return [*rows, change.creates]
    own = [row for row in rows if _concerned(row, change)]
    if not own:
        raise MoveRefused(
            f"La ligne à modifier ({place(change.siret, change.category)}) n’est plus"
            " dans le contrat."
        )
    first = min(own, key=lambda row: row.valid_from)
    made: list[AdhesionCondition] = []
    for row in rows:
        if row not in own:
            made.append(row)
        elif change.begins is not None:
            made.append(replace(row, valid_from=change.begins) if row == first else row)
        elif change.extends is not None:
            start, end = change.extends
            made.append(
                replace(row, valid_until=end) if row.valid_from == start else row
            )
        else:
            made.extend(_changed(row, change))
    return made


def _concerned(row: AdhesionCondition, change: Change) -> bool:
    return row.siret == change.siret and change.category in ("", row.category)


def _changed(row: AdhesionCondition, change: Change) -> list[AdhesionCondition]:
    """The row with the values of a change on the days that both cover."""
    end = row.valid_until or date.max
    first = max(row.valid_from, change.since or date.min)
    last = min(end, change.until or date.max)
    if last < first:
        return [row]
    values = {name: typed(name, each) for name, each in change.values.items()}
    made = [replace(row, **values, valid_from=first, valid_until=_end(last))]
    if row.valid_from < first:
        made.insert(0, replace(row, valid_until=first - ONE_DAY))
    if last < end:
        made.append(replace(row, valid_from=last + ONE_DAY))
    return made


def _end(last: date) -> date | None:
    return None if last == date.max else last


def typed(name: str, value: Value) -> Any:
    """A field of AdhesionCondition from the text that a change bears."""
    if name in _DECIMALS:
        return Decimal(str(value))
    if name == "headcount":
        return None if value is None else Headcount(str(value))
    if name == "guarantees":
        return tuple(value or ())
    return value


def overlaps(
    conditions: Iterable[AdhesionCondition],
) -> list[tuple[AdhesionCondition, AdhesionCondition]]:
    """Rows of one category of one establishment that hold on the same day."""
    groups: dict[tuple[str, str], list[AdhesionCondition]] = {}
    for each in conditions:
        groups.setdefault((each.siret, each.category), []).append(each)
    return [
        (earlier, later)
        for group in groups.values()
        for earlier, later in pairwise(sorted(group, key=lambda each: each.valid_from))
        if earlier.valid_until is None or earlier.valid_until >= later.valid_from
    ]


def _refuse_overlaps(rows: Sequence[AdhesionCondition]) -> None:
    for row in rows:
        if row.valid_until is not None and row.valid_until < row.valid_from:
            raise MoveRefused(
                f"Une ligne de la catégorie {row.category} finirait le"
                f" {row.valid_until:%d/%m/%Y}, avant de commencer."
            )
    for earlier, later in overlaps(rows):
        raise MoveRefused(
            f"Deux lignes de la catégorie {later.category} vaudraient ensemble à"
            f" partir du {later.valid_from:%d/%m/%Y} (la première commence le"
            f" {earlier.valid_from:%d/%m/%Y}). Corriger d’abord leurs dates."
        )

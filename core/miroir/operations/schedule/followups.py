"""What choices in menus start and end: planned, shown, then saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from miroir.schedule.followups import planned
from miroir.schedule.territories import Territory
from miroir.store.database import Tables
from miroir.store.schedule.dues import DueState, StoredDue
from miroir.types.schedule import Due, FollowUpRule, Subject

REPLACED = "choix modifié"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPlan:
    """What saving would do. `kept`: already waiting, and still wanted."""

    subject: Subject
    added: tuple[Due, ...]
    kept: tuple[Due, ...]
    cancelled: tuple[StoredDue, ...]


def plan(
    tables: Tables,
    rules: Sequence[FollowUpRule],
    choices: Mapping[str, str],
    *,
    subject: Subject,
    chosen_on: date,
    place: Territory,
) -> FollowUpPlan:
    """What choices made on a day start, and what they end.

    Of a rule that looks at menus chosen now, what waits and is not planned
    again is cancelled: another choice was made.
    """
    wanted = planned(rules, choices, subject=subject, chosen_on=chosen_on, place=place)
    keys = {due.key for due in wanted}
    looked_at = {rule.name for rule in rules if rule.when.keys() <= choices.keys()}
    waiting = tables.dues.listed(subject=subject, states=(DueState.PENDING,))
    known = {row.due.key for row in waiting}
    ended = {
        due.key
        for due in wanted
        if (row := tables.dues.get(due.key)) and row.state is DueState.HANDED_OVER
    }
    return FollowUpPlan(
        subject=subject,
        added=tuple(due for due in wanted if due.key not in known | ended),
        kept=tuple(due for due in wanted if due.key in known),
        cancelled=tuple(
            row
            for row in waiting
            if row.due.rule in looked_at and row.due.key not in keys
        ),
    )


def save(tables: Tables, made: FollowUpPlan, at: datetime) -> None:
    """Do what was planned, in the transaction that it was planned in."""
    for row in made.cancelled:
        tables.dues.cancel_key(row.due.key, REPLACED, at)
    tables.dues.add(made.added, at)


def unknown_menus(
    rules: Sequence[FollowUpRule], choices: Mapping[str, str]
) -> tuple[str, ...]:
    """Menus that no rule looks at."""
    known = {menu for rule in rules for menu in rule.when}
    return tuple(sorted(choices.keys() - known))

"""Follow-up rules: what is chosen in menus starts dated follow-ups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from miroir.schedule.delays import parse_delay
from miroir.schedule.dues import EARLIEST, LATEST, due_on
from miroir.schedule.territories import Territory
from miroir.types.schedule import Due, FollowUpRule, Subject


def faults(rule: FollowUpRule) -> Iterator[str]:
    """What is wrong in a rule, each in a few words."""
    if not rule.when or not all(rule.when.values()):
        yield "`when` needs at least one menu, and values for each"
    if not rule.after:
        yield "`after` needs at least one delay"
    for delay in rule.after:
        try:
            parse_delay(delay)
        except ValueError as error:
            yield str(error)
    if not EARLIEST <= rule.at <= LATEST:
        yield f"`at` is between {EARLIEST:%H:%M} and {LATEST:%H:%M}"
    if not rule.purpose or not rule.label:
        yield "`purpose` and `label` are needed"


def starts(rule: FollowUpRule, choices: Mapping[str, str]) -> bool:
    """Whether what was chosen in menus starts the follow-ups of a rule."""
    return all(choices.get(menu) in values for menu, values in rule.when.items())


def planned(
    rules: Iterable[FollowUpRule],
    choices: Mapping[str, str],
    *,
    subject: Subject,
    chosen_on: date,
    place: Territory,
) -> tuple[Due, ...]:
    """The follow-ups that choices start, the earliest first.

    Two delays of a rule that lead to the same day make one follow-up.
    """
    found: dict[str, Due] = {}
    for rule in rules:
        if not starts(rule, choices):
            continue
        for delay in rule.after:
            day = parse_delay(delay).from_day(chosen_on, place)
            due = due_on(
                day,
                rule.at,
                place.zone_name,
                rule=rule.name,
                subject=subject,
                purpose=rule.purpose,
                label=rule.label,
                payload={menu: choices[menu] for menu in sorted(rule.when)},
            )
            found.setdefault(due.key, due)
    return tuple(sorted(found.values(), key=lambda due: (due.due_at, due.key)))

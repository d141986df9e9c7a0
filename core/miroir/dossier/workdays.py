"""Working days of the advisers, and the days that a commitment may fall on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from miroir.correction.due_dates import LATE, Calendar
from miroir.dossier.moves import MoveRefused

_SUBDIVISIONS = {
    "metropole": "",
    "alsace-moselle": "57",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "reunion": "974",
    "mayotte": "976",
}
REGIONS = tuple(_SUBDIVISIONS)


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working days of a region, its public holidays excepted."""

    region: str = "metropole"

    def works(self, day: date) -> bool:
        """Monday to Friday, public holidays excepted."""
        calendar = Calendar(day=LATE, territory=_SUBDIVISIONS[self.region])
        return calendar.is_working_day(day)

    def on_or_after(self, day: date) -> date:
        """The day itself when one works, else the next one that does."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, itself not counted."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day


def require_feasible(due_on: date, made_on: date, calendar: Calendar) -> date:
    """The day itself; raises MoveRefused, in French, when it cannot be kept."""
    if due_on <= made_on:
        raise MoveRefused(
            f"Un engagement porte sur un jour à venir : le {due_on:%d/%m/%Y} est passé."
        )
    better = due_on
    while not calendar.is_working_day(better):
        better += timedelta(days=1)
    if better != due_on:
        raise MoveRefused(
            f"Le {due_on:%d/%m/%Y} n’est pas un jour ouvré ; proposer le"
            f" {better:%d/%m/%Y}."
        )
    return due_on

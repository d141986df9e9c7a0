"""Working days, and the days when a correction can be filed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from miroir.dossier.moves import MoveRefused
from miroir.types.period import Month

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5
_SUBDIVISIONS = {
    "metropole": None,
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
    """The public holidays of a region, from the library `holidays`."""

    region: str = "metropole"

    def works(self, day: date) -> bool:
        """Monday to Friday, public holidays excepted."""
        return day.weekday() < _SATURDAY and day not in _calendar(self.region)

    def on_or_after(self, day: date) -> date:
        """The day itself when one works, else the next one that does."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def before(self, day: date) -> date:
        """The last working day before a day."""
        day -= timedelta(days=1)
        while not self.works(day):
            day -= timedelta(days=1)
        return day

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, itself not counted."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day


def filing_days(
    workdays: Workdays, on: date, *, day: int = 15, most: int = 3
) -> Iterator[date]:
    """The next days by which a monthly DSN is due: the 5th or the 15th.

    A day when one does not work is put off to the next working day. The
    working day before is left to prepare the file: what is due today or
    tomorrow is not offered.
    """
    month = Month.of(on)
    given = 0
    while given < most:
        due = workdays.on_or_after(date(month.year, month.month, day))
        if workdays.before(due) > on:
            yield due
            given += 1
        month = month.next


def require_feasible(due_on: date, made_on: date, workdays: Workdays) -> date:
    """The day itself; raises MoveRefused, in French, when it cannot be kept."""
    if due_on <= made_on:
        raise MoveRefused(
            f"Un engagement porte sur un jour à venir : le {due_on:%d/%m/%Y} est passé."
        )
    if not workdays.works(due_on):
        better = workdays.on_or_after(due_on)
        raise MoveRefused(
            f"Le {due_on:%d/%m/%Y} n’est pas un jour ouvré ; proposer le"
            f" {better:%d/%m/%Y}."
        )
    return due_on


@cache
def _calendar(region: str) -> HolidayBase:
    # Late: most commands need no calendar.
    from holidays import country_holidays

    return country_holidays("FR", subdiv=_SUBDIVISIONS[region])

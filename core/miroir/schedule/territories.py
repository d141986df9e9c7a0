"""Where people work: the time zone and the public holidays of each territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from miroir.schedule.local_time import zone_of

if TYPE_CHECKING:
    from holidays import HolidayBase

SATURDAY = 5
_LONGEST_CLOSURE = 30
"""Days in a row without a working one: more is a mistake in a calendar."""


@dataclass(frozen=True)
class Territory:
    """A part of France. `holidays`: its subdivision in the library `holidays`.

    Public holidays are those of art. L3133-1 of the labour code, L3134-13 in
    Alsace-Moselle and L3422-2 overseas. In Alsace-Moselle, Good Friday is one
    only where there is a protestant church: it is counted everywhere.
    """

    name: str
    zone_name: str
    holidays: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.zone_name)

    def works(self, day: date) -> bool:
        """Monday to Friday, public holidays excepted."""
        return day.weekday() < SATURDAY and day not in self._calendar

    def on_or_after(self, day: date) -> date:
        """The day itself when one works, else the next one that does."""
        for later in range(_LONGEST_CLOSURE):
            if self.works(day + timedelta(later)):
                return day + timedelta(later)
        raise ValueError(f"no working day in the month after {day}")

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, itself not counted."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(1))
        return day

    @cached_property
    def _calendar(self) -> HolidayBase:
        # Late: most commands need no calendar.
        from holidays import country_holidays

        return country_holidays("FR", subdiv=self.holidays, language="fr")


_TERRITORIES = (
    Territory("metropole", "Europe/Paris"),
    Territory("alsace", "Europe/Paris", "6AE"),
    Territory("moselle", "Europe/Paris", "57"),
    Territory("guadeloupe", "America/Guadeloupe", "971"),
    Territory("martinique", "America/Martinique", "972"),
    Territory("guyane", "America/Cayenne", "973"),
    Territory("reunion", "Indian/Reunion", "974"),
    Territory("mayotte", "Indian/Mayotte", "976"),
    Territory("saint-pierre-et-miquelon", "America/Miquelon", "PM"),
    Territory("saint-barthelemy", "America/St_Barthelemy", "BL"),
    Territory("saint-martin", "America/Marigot", "MF"),
    Territory("nouvelle-caledonie", "Pacific/Noumea", "NC"),
)


@cache
def territories() -> Mapping[str, Territory]:
    """Every territory, by name."""
    return {territory.name: territory for territory in _TERRITORIES}


def territory(name: str) -> Territory:
    """One of them; raises ValueError with the names there are."""
    found = territories().get(name)
    if found is None:
        raise ValueError(
            f"«{name}» is no territory; there are {', '.join(territories())}"
        )
    return found

"""Rhythms of jobs, «mon-fri 06:30», and the occurrences that they make.

Not cron: there 0 and 7 are Sunday in one program and Monday in another, and a
time skipped by a change of the hour is lost in one and run late in another.
"""

from __future__ import annotations

import calendar
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from miroir.schedule.local_time import instant, local_day
from miroir.schedule.territories import Territory

FORMS = (
    '"every 15 min", "every 6 h", "daily 06:30", "mon-fri 07:15", "mon,thu 07:15", '
    '"working days 07:15", "monthly 5 08:00", "monthly last 18:00" or "off"'
)
LAST = 31
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = {"s": 1, "min": 60, "h": 3600}
_DAY = 86_400
_LONGEST_GAP = 35
"""Days without an occurrence: a month, and public holidays after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that a rhythm comes to. `label` is unique in the rhythm."""

    label: str
    due_at: datetime


class Rhythm(ABC):
    """When a job comes back."""

    @abstractmethod
    def between(
        self, after: datetime, until: datetime, place: Territory
    ) -> Iterator[Occurrence]:
        """Occurrences later than `after`, up to `until` included, in order."""

    @abstractmethod
    def last(self, now: datetime, place: Territory) -> Occurrence | None:
        """The latest occurrence not later than `now`; None when it is off."""

    def next(self, now: datetime, place: Territory) -> Occurrence | None:
        """The first occurrence later than `now`; None when it is off."""
        until = now + timedelta(days=_LONGEST_GAP)
        return next(self.between(now, until, place), None)


@dataclass(frozen=True, slots=True)
class Off(Rhythm):
    """Never by itself."""

    def between(
        self, after: datetime, until: datetime, place: Territory
    ) -> Iterator[Occurrence]:
        yield from ()

    def last(self, now: datetime, place: Territory) -> Occurrence | None:
        return None


@dataclass(frozen=True, slots=True)
class Every(Rhythm):
    """Each time that so many seconds have passed since 1970, in UTC."""

    seconds: int

    def between(
        self, after: datetime, until: datetime, place: Territory
    ) -> Iterator[Occurrence]:
        rank = int(after.timestamp() // self.seconds) + 1
        while rank * self.seconds <= until.timestamp():
            due_at = datetime.fromtimestamp(rank * self.seconds, UTC)
            yield Occurrence(label=f"{due_at:%Y-%m-%dT%H:%M:%SZ}", due_at=due_at)
            rank += 1

    def last(self, now: datetime, place: Territory) -> Occurrence | None:
        since = now - timedelta(seconds=self.seconds)
        return next(self.between(since, now, place), None)


@dataclass(frozen=True, slots=True)
class LocalRhythm(Rhythm):
    """At a local time of some days."""

    at: time

    @abstractmethod
    def falls_on(self, day: date, place: Territory) -> bool:
        """Whether a local day is one of them."""

    def between(
        self, after: datetime, until: datetime, place: Territory
    ) -> Iterator[Occurrence]:
        day = local_day(after, place.zone) - timedelta(1)
        end = local_day(until, place.zone) + timedelta(1)
        while day <= end:
            if self.falls_on(day, place):
                found = self._on(day, place)
                if after < found.due_at <= until:
                    yield found
            day += timedelta(1)

    def last(self, now: datetime, place: Territory) -> Occurrence | None:
        # From the end: it is asked at every tick.
        today = local_day(now, place.zone)
        for back in range(-1, _LONGEST_GAP):
            day = today - timedelta(back)
            if self.falls_on(day, place):
                found = self._on(day, place)
                if found.due_at <= now:
                    return found
        return None

    def _on(self, day: date, place: Territory) -> Occurrence:
        return Occurrence(
            label=f"{day}T{self.at:%H:%M} {place.zone_name}",
            due_at=instant(day, self.at, place.zone),
        )


@dataclass(frozen=True, slots=True)
class OnWeekdays(LocalRhythm):
    """On days of the week; 0 is Monday."""

    weekdays: frozenset[int]

    def falls_on(self, day: date, place: Territory) -> bool:
        return day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class OnWorkingDays(LocalRhythm):
    """Monday to Friday, public holidays excepted."""

    def falls_on(self, day: date, place: Territory) -> bool:
        return place.works(day)


@dataclass(frozen=True, slots=True)
class Monthly(LocalRhythm):
    """On a day of the month, or on its last one when it is shorter."""

    day: int

    def falls_on(self, day: date, place: Territory) -> bool:
        last = calendar.monthrange(day.year, day.month)[1]
        return day.day == min(self.day, last)


_EVERY = re.compile(r"every ([1-9][0-9]{0,4}) ?(s|min|h)", re.ASCII)
_MONTHLY = re.compile(r"monthly ([1-9]|[12][0-9]|3[01]|last) (\S+)", re.ASCII)
_DAYS = re.compile(r"(daily|working days|[a-z,-]+) (\S+)", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def parse_rhythm(text: str) -> Rhythm:
    """Read a rhythm; raises ValueError, which says what can be written."""
    words = " ".join(text.split())
    if words == "off":
        return Off()
    if match := _EVERY.fullmatch(words):
        return Every(_seconds(int(match[1]) * _UNITS[match[2]], text))
    if match := _MONTHLY.fullmatch(words):
        day = LAST if match[1] == "last" else int(match[1])
        return Monthly(parse_time(match[2]), day)
    if match := _DAYS.fullmatch(words):
        at = parse_time(match[2])
        if match[1] == "working days":
            return OnWorkingDays(at)
        return OnWeekdays(at, _weekdays(match[1], text))
    raise ValueError(f"«{text}» is no rhythm such as {FORMS}")


def parse_time(text: str) -> time:
    """Read «06:30»; raises ValueError."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"«{text}» is no time such as 06:30")
    return time(int(match[1]), int(match[2]))


def _seconds(seconds: int, text: str) -> int:
    # Else the last period of each day would be shorter than the others.
    if seconds > _DAY or _DAY % seconds:
        raise ValueError(f"«{text}»: a day is not a whole number of these")
    return seconds


def _weekdays(text: str, whole: str) -> frozenset[int]:
    if text == "daily":
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in _WEEKDAYS or (dash and last not in _WEEKDAYS):
            raise ValueError(f"«{whole}» is no rhythm such as {FORMS}")
        begin = _WEEKDAYS.index(first)
        end = _WEEKDAYS.index(last) if dash else begin
        found.update(day % 7 for day in range(begin, end + 1 + 7 * (end < begin)))
    return frozenset(found)

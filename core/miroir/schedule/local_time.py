"""Local times as instants, whatever the changes of the hour do.

A time that a change skips is the first instant after it; a time that comes
twice is the first of the two. So each local day has each time exactly once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@cache
def zone_of(name: str) -> ZoneInfo:
    """A zone such as «Europe/Paris»; raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"«{name}» is no time zone such as Europe/Paris") from None


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC, to the second, of a local time of a day."""
    wanted = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    first = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _wall(first, zone) == wanted:
        return first
    # Skipped: the change lies between the two readings of that local time.
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = int((first - before).total_seconds())
    low, high = 0, seconds
    while low < high:
        middle = (low + high) // 2
        if _wall(before + timedelta(seconds=middle), zone) < wanted:
            low = middle + 1
        else:
            high = middle
    return before + timedelta(seconds=low)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The local date of a moment."""
    return moment.astimezone(zone).date()


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)

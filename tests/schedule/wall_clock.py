"""An oracle for local times: it walks through the years with the C library.

It shares nothing with what it judges: no zoneinfo, no arithmetic on time
zones, only a clock on the wall that is looked at every quarter of an hour.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from datetime import time as clock_time

STEP = 900
"""Seconds: the clocks of these zones change by whole quarters of an hour."""


@contextmanager
def local_clock(zone: str) -> Iterator[None]:
    """Make the C library tell the time of a zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def first_moments(
    zone: str, times: tuple[clock_time, ...], first: date, last: date
) -> Mapping[tuple[date, clock_time], datetime]:
    """When the wall first shows each time, or a later one, on each local day."""
    found: dict[tuple[date, clock_time], datetime] = {}
    shown: dict[date, int] = {}
    wanted = sorted(times)
    begin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
    end = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp())
    with local_clock(zone):
        for moment in range(begin - 86_400, end + 2 * 86_400, STEP):
            wall = time.localtime(moment)
            day = date(wall.tm_year, wall.tm_mon, wall.tm_mday)
            rank = shown.get(day, 0)
            while rank < len(wanted):
                at = wanted[rank]
                if (wall.tm_hour, wall.tm_min) < (at.hour, at.minute):
                    break
                found[day, at] = datetime.fromtimestamp(moment, UTC)
                rank += 1
            shown[day] = rank
    return {key: when for key, when in found.items() if first <= key[0] <= last}

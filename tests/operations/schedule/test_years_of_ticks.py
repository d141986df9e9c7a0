"""Years of reminders in four zones, handed over by ticks at any moments."""

from __future__ import annotations

import random
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta

from miroir.config.loading import load_settings
from miroir.operations.schedule.scheduler import Scheduler
from miroir.operations.workplace import opened
from miroir.schedule.dues import due_on
from miroir.schedule.territories import territory
from miroir.store.database import Tables
from miroir.store.schedule.dues import DueState
from miroir.types.schedule import Due, Subject

from tests.operations.schedule.places import FULL, SchedulePlace
from tests.schedule.wall_clock import first_moments
from tests.sweeps import judged_only

YEARS = 10 if FULL else 1
FIRST, LAST = date(2026, 1, 1), date(2025 + YEARS, 12, 31)
PLACES = ("metropole", "guadeloupe", "reunion", "saint-pierre-et-miquelon")
TIMES = (time(7), time(14, 30), time(20))


def reminders(place: str) -> list[Due]:
    """One on each working day, at a time that changes from day to day."""
    days = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    known = territory(place)
    return [
        due_on(
            day,
            TIMES[day.toordinal() % 3],
            known.zone_name,
            rule="relance",
            subject=Subject(kind="dossier", id=place),
            purpose="relance",
        )
        for day in days
        if known.works(day)
    ]


def moments(count: int) -> list[datetime]:
    """When the scheduler ticks: every few seconds, or after days of silence."""
    dice = random.Random(count)
    now = datetime(2025, 12, 31, tzinfo=UTC)
    end = datetime(LAST.year + 1, 1, 3, tzinfo=UTC)
    found = []
    while now < end:
        longest = dice.choice((15, 900, 7_200, 86_400, 3 * 86_400))
        now += timedelta(seconds=dice.uniform(1, longest))
        found.append(now)
    return found


@judged_only
def test_each_reminder_is_handed_over_once_at_the_first_tick_after_its_time(
    fleet: SchedulePlace,
) -> None:
    fleet.configure(lease=3600)
    taken: list[tuple[str, datetime]] = []

    def take(tables: Tables, due: Due, at: datetime) -> None:
        taken.append((due.key, at))

    ticks = moments(YEARS)
    dues = {place: reminders(place) for place in PLACES}
    with opened(load_settings(fleet.config)) as workplace:
        with workplace.store.write() as tables:
            for rows in dues.values():
                tables.dues.add(rows, ticks[0])
        clock = iter(ticks)
        now = [ticks[0]]
        scheduler = Scheduler(
            workplace, {}, takers={"dossier": take}, clock=lambda: now[0]
        )
        scheduler.renew()
        assert scheduler.fence is not None
        for now[0] in clock:
            scheduler.hand_over_all(scheduler.fence)
        with workplace.store.read() as tables:
            assert tables.dues.counts() == {DueState.HANDED_OVER: len(taken)}
        scheduler.stop()
    handed = dict(taken)
    assert len(handed) == len(taken) == sum(map(len, dues.values()))
    for place, rows in dues.items():
        wall = first_moments(territory(place).zone_name, TIMES, FIRST, LAST)
        for due in rows:
            assert handed[due.key] == ticks[bisect_left(ticks, wall[due.day, due.at])]

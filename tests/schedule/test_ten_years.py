"""Ten years of local times, in four zones, beside an independent oracle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from miroir.schedule.dues import due_on, moment_of
from miroir.schedule.local_time import instant, zone_of
from miroir.schedule.rhythm import parse_rhythm
from miroir.schedule.territories import Territory, territory
from miroir.types.schedule import Subject

from tests.schedule.wall_clock import first_moments
from tests.sweeps import first_measured

FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
PLACES = ("metropole", "guadeloupe", "reunion", "saint-pierre-et-miquelon")
TIMES = tuple(time(h, m) for h in (0, 1, 2, 3, 7, 9, 20, 23) for m in (0, 15, 30))
DAYS = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
ODD = Territory("lord-howe", "Australia/Lord_Howe")
"""Its clocks change by half an hour: harder than any zone of France."""


def _months_end(day: date) -> bool:
    return (day + timedelta(1)).month != day.month


RHYTHMS: tuple[tuple[str, time, Callable[[date], bool]], ...] = (
    ("daily 00:30", time(0, 30), lambda day: True),
    ("daily 02:00", time(2), lambda day: True),
    ("daily 02:30", time(2, 30), lambda day: True),
    ("mon-fri 07:15", time(7, 15), lambda day: day.weekday() <= 4),
    ("mon 00:00", time(0), lambda day: day.weekday() == 0),
    ("sat,sun 02:15", time(2, 15), lambda day: day.weekday() >= 5),
    ("monthly 15 20:00", time(20), lambda day: day.day == 15),
    ("monthly last 23:30", time(23, 30), _months_end),
    ("monthly 31 09:00", time(9), _months_end),
)


@pytest.fixture(
    scope="module",
    params=first_measured([*map(territory, PLACES), ODD]),
    ids=lambda p: p.name,
)
def place(request: pytest.FixtureRequest) -> Territory:
    found: Territory = request.param
    return found


@pytest.fixture(scope="module")
def oracle(place: Territory) -> dict[tuple[date, time], datetime]:
    return dict(first_moments(place.zone_name, TIMES, FIRST, LAST))


def test_every_local_time_is_the_one_of_the_wall(
    place: Territory, oracle: dict[tuple[date, time], datetime]
) -> None:
    zone = zone_of(place.zone_name)
    assert len(oracle) == len(DAYS) * len(TIMES)
    wrong = [
        (day, at)
        for (day, at), when in oracle.items()
        if instant(day, at, zone) != when
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("written", "at", "falls"), RHYTHMS, ids=[r[0] for r in RHYTHMS]
)
def test_rhythms_skip_no_day_and_double_none(
    place: Territory,
    oracle: dict[tuple[date, time], datetime],
    written: str,
    at: time,
    falls: Callable[[date], bool],
) -> None:
    expected = [oracle[day, at] for day in DAYS if falls(day)]
    rhythm = parse_rhythm(written)
    begin, end = expected[0] - timedelta(seconds=1), expected[-1]
    found = list(rhythm.between(begin, end, place))
    assert [each.due_at for each in found] == expected
    assert len({each.label for each in found}) == len(expected)


def test_asking_again_and_again_meets_each_occurrence_once(place: Territory) -> None:
    """As a scheduler does, with stops of any length in between."""
    rhythm = parse_rhythm("daily 02:30")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    end = now + timedelta(300)
    whole = [each.label for each in rhythm.between(now, end, place)]
    steps = [timedelta(minutes=7), timedelta(minutes=53), timedelta(hours=20)]
    before = rhythm.last(now, place)
    seen: list[str] = []
    while now < end:
        now = min(now + steps[len(seen) % 3], end)
        latest = rhythm.last(now, place)
        assert before is not None and latest is not None
        if latest.due_at > before.due_at:
            seen.append(latest.label)
            before = latest
    assert seen == whole


def test_reminders_are_those_of_the_wall(
    place: Territory, oracle: dict[tuple[date, time], datetime]
) -> None:
    subject = Subject(kind="dossier", id="1")
    dues = [
        due_on(day, at, place.zone_name, rule="r", subject=subject, purpose="relance")
        for day in DAYS
        for at in (time(7), time(9), time(20))
    ]
    assert [due.due_at for due in dues] == [oracle[due.day, due.at] for due in dues]
    assert all(moment_of(due) == due.due_at for due in dues)
    assert len({due.key for due in dues}) == len(DAYS)

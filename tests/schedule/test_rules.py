"""Rhythms, delays, follow-ups, holds: what is written, and what it means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from miroir.schedule.delays import parse_delay
from miroir.schedule.dues import backoff, due_on, retry_after
from miroir.schedule.followups import faults, planned
from miroir.schedule.local_time import zone_of
from miroir.schedule.rhythm import parse_rhythm
from miroir.schedule.shrinking import shrunk
from miroir.schedule.territories import territory
from miroir.types.schedule import FollowUpRule, Subject

PARIS = territory("metropole")
CASE = Subject(kind="dossier", id="42")
RELANCE = FollowUpRule(
    name="relance",
    when={"echange": ("injoignable", "message"), "suite": ("relance",)},
    after=("2 working days", "1 month"),
    purpose="relance",
    label="Relancer l’entreprise",
)


@pytest.mark.parametrize(
    ("written", "at", "expected"),
    [
        ("every 15 min", "2026-03-29T00:50Z", "2026-03-29T01:00Z"),
        ("every 6h", "2026-03-29T00:50Z", "2026-03-29T06:00Z"),
        ("fri-mon 08:00", "2026-03-31T00:00Z", "2026-04-03T06:00Z"),
        ("mon, thu 08:00".replace(", ", ","), "2026-03-31T00:00Z", "2026-04-02T06:00Z"),
        # Easter Monday 2026 is 6 April.
        ("working days 07:00", "2026-04-03T12:00Z", "2026-04-07T05:00Z"),
        ("monthly 31  09:00", "2026-02-01T00:00Z", "2026-02-28T08:00Z"),
        ("monthly last 09:00", "2028-02-01T00:00Z", "2028-02-29T08:00Z"),
        ("daily 02:30", "2026-03-28T12:00Z", "2026-03-29T01:00Z"),
        ("daily 02:30", "2026-10-24T12:00Z", "2026-10-25T00:30Z"),
    ],
)
def test_the_next_occurrence(written: str, at: str, expected: str) -> None:
    found = parse_rhythm(written).next(datetime.fromisoformat(at), PARIS)
    assert found is not None
    assert found.due_at == datetime.fromisoformat(expected)


def test_off_never_comes() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    assert parse_rhythm("off").next(now, PARIS) is None
    assert parse_rhythm("off").last(now, PARIS) is None


def test_the_last_occurrence_of_an_interval_is_not_in_the_future() -> None:
    rhythm = parse_rhythm("every 15 min")
    for now in (datetime(2026, 3, 1, 9, 15, tzinfo=UTC), datetime.now(UTC)):
        last = rhythm.last(now, PARIS)
        assert last is not None
        assert now - timedelta(minutes=15) < last.due_at <= now


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hourly",
        "every 7 min",
        "every 25 h",
        "every 0 min",
        "* * * * *",
        "mon-fri",
        "lun-ven 08:00",
        "mon-xyz 08:00",
        "mon-fri 8h",
        "daily 24:00",
        "monthly 32 08:00",
        "working days ٠٨:٠٠",
    ],
)
def test_what_is_no_rhythm_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="«"):
        parse_rhythm(written)


@pytest.mark.parametrize(
    ("written", "day", "place", "expected"),
    [
        ("5 working days", "2026-04-30", "metropole", "2026-05-11"),
        ("1 working day", "2026-05-26", "metropole", "2026-05-27"),
        # The abolition of slavery is a public holiday there only.
        ("1 working day", "2026-05-26", "guadeloupe", "2026-05-28"),
        ("1 working day", "2026-12-24", "metropole", "2026-12-28"),
        ("1 working day", "2026-12-25", "alsace", "2026-12-28"),
        ("10 days", "2026-03-19", "metropole", "2026-03-30"),
        ("2 weeks", "2026-03-19", "metropole", "2026-04-02"),
        ("1 month", "2026-01-31", "metropole", "2026-03-02"),
        ("13 months", "2027-01-29", "metropole", "2028-02-29"),
    ],
)
def test_a_delay_leads_to_a_working_day(
    written: str, day: str, place: str, expected: str
) -> None:
    found = parse_delay(written).from_day(date.fromisoformat(day), territory(place))
    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize("written", ["0 days", "5", "5 jours", "1000 days", "-1 day"])
def test_what_is_no_delay_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="5 working days"):
        parse_delay(written)


def test_choices_start_dated_follow_ups() -> None:
    choices = {"echange": "message", "suite": "relance", "other": "x"}
    found = planned(
        [RELANCE], choices, subject=CASE, chosen_on=date(2026, 3, 26), place=PARIS
    )
    assert [(due.day, due.due_at) for due in found] == [
        (date(2026, 3, 30), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (date(2026, 4, 27), datetime(2026, 4, 27, 7, tzinfo=UTC)),
    ]
    assert found[0].key == "reminder|relance|dossier:42|2026-03-30"
    assert found[0].payload == {"echange": "message", "suite": "relance"}


@pytest.mark.parametrize(
    "choices", [{}, {"echange": "message"}, {"echange": "joint", "suite": "relance"}]
)
def test_other_choices_start_nothing(choices: dict[str, str]) -> None:
    day = date(2026, 3, 26)
    assert planned([RELANCE], choices, subject=CASE, chosen_on=day, place=PARIS) == ()


def test_two_delays_to_the_same_day_make_one_follow_up() -> None:
    rule = FollowUpRule(
        name="r", when={"m": ("v",)}, after=("1 day", "2 days"), purpose="p", label="l"
    )
    friday = date(2026, 3, 27)
    found = planned(
        [rule], {"m": "v"}, subject=CASE, chosen_on=friday, place=territory("reunion")
    )
    assert [(due.day, due.zone) for due in found] == [
        (date(2026, 3, 30), "Indian/Reunion")
    ]


def test_a_rule_tells_what_is_wrong_in_it() -> None:
    rule = FollowUpRule(
        name="r", when={"m": ()}, after=("soon",), purpose="", label="", at=time(22)
    )
    assert len(list(faults(rule))) == 4
    assert list(faults(RELANCE)) == []
    empty = FollowUpRule(name="r", when={"m": ("v",)}, after=(), purpose="p", label="l")
    assert list(faults(empty)) == ["`after` needs at least one delay"]


def test_nobody_is_reminded_at_night() -> None:
    for at in (time(6, 59), time(20, 1), time(2, 30)):
        with pytest.raises(ValueError, match="07:00 and 20:00"):
            due_on(
                date(2026, 3, 2),
                at,
                "Europe/Paris",
                rule="r",
                subject=CASE,
                purpose="p",
            )


@pytest.mark.parametrize("id", ["x" * 300, "a\nb"])
def test_a_key_is_short_and_printable(id: str) -> None:
    with pytest.raises(ValueError, match="key of at most 255"):
        due_on(
            date(2026, 3, 2),
            time(9),
            "Europe/Paris",
            rule="r",
            subject=Subject(kind="dossier", id=id),
            purpose="p",
        )


@pytest.mark.parametrize("name", ["Europe/Pariss", "", "/etc/passwd", "../x"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)


def test_an_unknown_territory_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"guadeloupe.*mayotte"):
        territory("corse")


def test_a_calendar_without_working_days_is_a_mistake() -> None:
    class Closed(type(PARIS)):  # type: ignore[misc]
        def works(self, day: date) -> bool:
            return False

    with pytest.raises(ValueError, match="no working day"):
        Closed("closed", "Europe/Paris").on_or_after(date(2026, 3, 2))


def test_waiting_doubles_up_to_a_limit() -> None:
    minutes = [retry_after(n).total_seconds() / 60 for n in range(9)]
    assert minutes == [1, 1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff(10_000, timedelta(1), timedelta(3)) == timedelta(3)


@pytest.mark.parametrize(
    ("before", "now", "percent", "expected"),
    [
        (100, 80, 20, False),
        (100, 79, 20, True),
        (5, 4, 20, False),
        (1, 0, 20, True),
        (1, 0, 100, False),
        (100, 99, 0, True),
        (100, 130, 20, False),
        (0, 0, 20, False),
        (None, 0, 20, False),
    ],
)
def test_a_source_has_shrunk(
    before: int | None, now: int, percent: int, expected: bool
) -> None:
    assert shrunk(before, now, percent) is expected

"""Making what comes due once: its moment, and the key that makes it unique."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from miroir.schedule.local_time import instant, zone_of
from miroir.types.schedule import Due, Subject

EARLIEST, LATEST = time(7), time(20)
"""Hours when someone may be reminded; no change of the hour falls in them."""
LONGEST_KEY = 255
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=1)


def occurrence_key(rule: str, subject: Subject, day: date) -> str:
    """«reminder|relance|dossier:42|2026-03-30»: one per rule, subject and day."""
    return f"reminder|{rule}|{subject}|{day}"


def due_on(
    day: date,
    at: time,
    zone: str,
    *,
    rule: str,
    subject: Subject,
    purpose: str,
    label: str = "",
    payload: Mapping[str, str] | None = None,
) -> Due:
    """What comes due on a local day; raises ValueError outside working hours."""
    if not EARLIEST <= at <= LATEST:
        raise ValueError(
            f"{at:%H:%M} is not between {EARLIEST:%H:%M} and {LATEST:%H:%M}"
        )
    key = occurrence_key(rule, subject, day)
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise ValueError(f"{key!r} is not a key of at most {LONGEST_KEY} characters")
    return Due(
        key=key,
        due_at=instant(day, at, zone_of(zone)),
        day=day,
        at=at,
        zone=zone,
        subject=subject,
        purpose=purpose,
        rule=rule,
        label=label,
        payload=dict(payload or {}),
    )


def moment_of(due: Due) -> datetime:
    """Its moment by the time zones known now; they change by decree."""
    return instant(due.day, due.at, zone_of(due.zone)).astimezone(UTC)


def retry_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 1 min, doubled, up to 1 h."""
    return backoff(failures, _FIRST_RETRY, _LONGEST_RETRY)


def backoff(failures: int, first: timedelta, longest: timedelta) -> timedelta:
    """`first`, doubled at each further failure, never more than `longest`."""
    doublings = min(max(failures - 1, 0), 20)
    return min(first * (1 << doublings), longest)

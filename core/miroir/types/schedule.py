"""What is scheduled: jobs that come back, and dated rows that come due once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Subject:
    """What something is about: «dossier» and its number, «company» and its SIREN.

    `kind` also says who takes what is due.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that comes due once: a reminder, a follow-up.

    `key` names the occurrence for ever: two rows never have the same. `day`
    and `at` are local to `zone`, and `due_at` is the same moment in UTC.
    `purpose` is what makes it useful («relance»): when it is lost, the row is
    cancelled. `payload` holds ids and words, never a person.
    """

    key: str
    due_at: datetime
    day: date
    at: time
    zone: str
    subject: Subject
    purpose: str
    rule: str
    label: str = ""
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One run of a job. `occurrence` names it, `due_at` is when it was due.

    A long job asks `stopping()` now and then, and returns soon once it is
    true: what is left is for the next run. A job may be run again after a
    crash: twice the same work must give the same as once.
    """

    job: str
    occurrence: str
    due_at: datetime
    stopping: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What `miroir_jobs` returns: work that comes back at a rhythm.

    `rhythm` is written as in the configuration: «every 15 min»,
    «daily 06:30», «mon-fri 07:15», «working days 07:15», «monthly 5 08:00»,
    «monthly last 18:00», «off». `run` returns one line that is kept as the
    outcome, or nothing; what it raises makes the run a failure.
    """

    name: str
    rhythm: str
    run: Callable[[JobRun], str | None]
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRule:
    """What `miroir_followups` returns: choices in menus that start a follow-up.

    `when` gives, for each menu, the values that start it: one of them in every
    menu. `after` holds one delay per follow-up, from the day of the choice:
    «5 working days», «10 days», «2 weeks», «1 month». `at` is local and
    between 07:00 and 20:00. `label` is read by an adviser, in French.
    """

    name: str
    when: Mapping[str, tuple[str, ...]]
    after: tuple[str, ...]
    purpose: str
    label: str
    at: time = time(9)

"""The schedule as an operator reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from miroir.operations.schedule.outlook import JobLine, Outlook, SourceLine
from miroir.schedule.territories import territory
from miroir.store.schedule.dues import DueState
from miroir.store.schedule.jobs import JobState, RunState

_LIST = "miroir.schedule/1"


def local(moment: datetime | None, place: str = "metropole") -> str:
    """«2026-03-30 09:00 CEST», or «-»."""
    if moment is None:
        return "-"
    return f"{moment.astimezone(territory(place).zone):%Y-%m-%d %H:%M %Z}"


def live_line(found: Outlook) -> str:
    """Who runs the schedule, if anyone does."""
    lease = found.lease
    if lease is None:
        return "no scheduler has ever run on this store: `miroir schedule run`"
    beat = (
        "never" if lease.beat_at is None else f"{_ago(found.now - lease.beat_at)} ago"
    )
    if not lease.owner or lease.until <= found.now:
        return f"no scheduler is live; last heartbeat {beat}: `miroir schedule run`"
    state = "live" if found.live else "silent"
    return (
        f"{state}: {lease.owner}, number {lease.fence}, since "
        f"{_ago(found.now - lease.taken_at)}, last heartbeat {beat}"
    )


def lines(found: Outlook, place: str = "metropole") -> Iterator[str]:
    """The whole as text."""
    yield f"Scheduler  {live_line(found)}"
    yield ""
    yield from _table(
        ("JOB", "RHYTHM", "NEXT", "LAST", "HOW IT ENDED"),
        [_job_cells(line, place) for line in found.jobs],
    )
    yield ""
    if found.sources:
        yield from _table(
            ("SOURCE", "COLLECTED", "LAG", "SIZE", "STATE"),
            [_source_cells(line, place) for line in found.sources],
        )
        yield ""
    waiting = found.dues.get(DueState.PENDING, 0)
    yield (
        f"Due        {waiting} waiting, {found.overdue} of them overdue,"
        f" {found.dues.get(DueState.PARKED, 0)} parked"
    )
    if found.companies_failing:
        yield f"Companies  {found.companies_failing} could not be diagnosed"


def document(found: Outlook) -> dict[str, object]:
    """The whole as JSON; durations are in seconds."""
    lease = found.lease
    return {
        "schema": _LIST,
        "now": found.now.isoformat(),
        "scheduler": {
            "live": found.live,
            "owner": lease.owner if lease else None,
            "number": lease.fence if lease else None,
            "heartbeat": _iso(lease.beat_at if lease else None),
        },
        "jobs": [_job_json(line) for line in found.jobs],
        "sources": [_source_json(line) for line in found.sources],
        "due": {state.value: found.dues.get(state, 0) for state in DueState},
        "overdue": found.overdue,
        "companies_failing": found.companies_failing,
    }


def _job_cells(line: JobLine, place: str) -> tuple[str, ...]:
    state = line.state
    last = state.started_at if state else None
    ended = _ended(state) if state else "-"
    return (
        line.job.name,
        line.job.written,
        local(line.next, place),
        local(last, place),
        _first_line(ended),
    )


def _ended(state: JobState) -> str:
    if state.state is RunState.RUNNING:
        return "cut short, to be run again" if state.fence == 0 else "under way"
    if state.state is RunState.IDLE:
        return "not run yet"
    return f"{state.state.value}: {state.outcome}"


def _source_cells(line: SourceLine, place: str) -> tuple[str, ...]:
    watch, failures = line.watch, line.job.state.failures if line.job.state else 0
    state = "late" if line.behind else "ok"
    if watch.held:
        state = f"HELD: {watch.held_size} instead of {watch.size}"
    elif line.source.last_error:
        again = local(line.job.next, place)
        error = _first_line(line.source.last_error)
        state = f"failed {failures} times, again {again}: {error}"
    if line.pending:
        state += f"; {line.pending} files to read"
    return (
        line.source.source,
        local(line.source.last_success_at, place),
        "-" if line.lag is None else _ago(line.lag),
        "-" if watch.size is None else str(watch.size),
        state,
    )


def _job_json(line: JobLine) -> dict[str, object]:
    state = line.state
    return {
        "name": line.job.name,
        "rhythm": line.job.written,
        "plugin": line.job.provider,
        "next": _iso(line.next),
        "state": state.state.value if state else None,
        "started_at": _iso(state.started_at if state else None),
        "finished_at": _iso(state.finished_at if state else None),
        "outcome": state.outcome if state else "",
        "failures": state.failures if state else 0,
    }


def _source_json(line: SourceLine) -> dict[str, object]:
    return {
        "name": line.source.source,
        "collected_at": _iso(line.source.last_success_at),
        "lag": None if line.lag is None else int(line.lag.total_seconds()),
        "behind": line.behind,
        "size": line.watch.size,
        "held": line.watch.held,
        "held_size": line.watch.held_size,
        "failures": line.job.state.failures if line.job.state else 0,
        "retry_at": _iso(line.job.state.retry_at if line.job.state else None),
        "pending": line.pending,
        "error": line.source.last_error,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _ago(duration: timedelta) -> str:
    """«3 s», «12 min», «5 h», «4 days»: what an eye needs."""
    seconds = max(int(duration.total_seconds()), 0)
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    whole = [header, *rows]
    widths = [max(len(row[i]) for row in whole) for i in range(len(header))]
    for row in whole:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()

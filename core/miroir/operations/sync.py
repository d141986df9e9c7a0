"""Collect what is new: archive the bytes, read them, record what they hold.

Each file is recorded for itself, so that an interrupted collection goes on
where it stopped; the same bytes are never recorded twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from miroir.errors import (
    ConfigurationError,
    MiroirError,
    NothingFound,
    SourceHeld,
    SourceUnavailable,
)
from miroir.operations.measuring import (
    require_released,
    require_size,
    rows_in,
    whole_size,
)
from miroir.operations.recording import record, settle
from miroir.operations.workplace import Workplace
from miroir.plugins.source_work import SourceAtWork, at_work
from miroir.plugins.sources import ConfiguredSource
from miroir.types.source import CollectRequest, ReceivedFile, Refusal

ATTEMPTS = 3
LONGEST_WAIT = 30
"""Seconds between two attempts at a source that does not answer."""

Progress = Callable[[str], None]


@dataclass(slots=True)
class SourceReport:
    """What one source gave. `error` is empty when it gave everything.

    `size`: how much the whole source holds, files or rows, where it is known;
    `held`: it waits for a person, since that is much less than before.
    """

    source: str
    given: int = 0
    new: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    sirens: set[str] = field(default_factory=set)
    error: str = ""
    size: int | None = None
    held: bool = False


def chosen(workplace: Workplace, names: Sequence[str]) -> list[ConfiguredSource]:
    """The sources named, or all; raises NothingFound for an unknown name."""
    unknown = [name for name in names if name not in workplace.sources]
    if unknown:
        known = ", ".join(sorted(workplace.sources)) or "none"
        raise NothingFound(
            f"No source is configured as {', '.join(unknown)}."
            f" Configured sources: {known}."
        )
    wanted = names or sorted(workplace.sources)
    return [workplace.sources[name] for name in wanted]


def collect(
    workplace: Workplace,
    configured: ConfiguredSource,
    siren: str | None = None,
    say: Progress = lambda message: None,
) -> SourceReport:
    """Collect one source; a failure is reported, what came before is kept."""
    report = SourceReport(configured.name)
    with workplace.store.read() as tables:
        cursor = tables.sources.state(configured.name).cursor
    request = CollectRequest(siren=siren, cursor=None if siren else cursor)
    try:
        require_released(workplace, configured.name)
        with at_work(configured, workplace.plugins.containment) as source:
            _finish_pending(workplace, source, report)
            _collect_all(workplace, source, request, report, say)
            following = source.next_cursor()
            if source.kind == "dsn" and siren is None:
                incremental = bool(cursor or following or source.incremental())
                given = None if incremental else report.given
                report.size = whole_size(source, given)
                require_size(workplace, configured.name, report.size)
    except MiroirError as raised:
        error = raised
        if isinstance(raised, ConfigurationError):
            error = configured.at_fault(raised)
        report.error, report.held = str(error), isinstance(error, SourceHeld)
        with workplace.store.write() as tables:
            tables.sources.failed(configured.name, report.error)
    # What came before a failure is kept, and is to be settled too.
    for found in sorted(report.sirens):
        settle(workplace, found)
    if siren is None and not report.error:
        # A selection says nothing of the rest: the cursor stays.
        _succeeded(workplace, report, following)
    return report


def _succeeded(workplace: Workplace, report: SourceReport, cursor: str | None) -> None:
    now = datetime.now(UTC)
    with workplace.store.write() as tables:
        tables.sources.succeeded(
            report.source, cursor=cursor, files=report.given, at=now
        )
        if report.size is not None:
            tables.watches.measured(report.source, report.size, now)


def _collect_all(
    workplace: Workplace,
    source: SourceAtWork,
    request: CollectRequest,
    report: SourceReport,
    say: Progress,
) -> None:
    """Every file of a source; a source that does not answer is asked again."""
    for attempt in Retrying(
        retry=retry_if_exception_type(SourceUnavailable),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(max=LONGEST_WAIT),
        before_sleep=partial(_say_again, say, source.name),
        reraise=True,
    ):
        with attempt:
            report.given = 0
            for file in _files(workplace, source, request, report):
                report.given += 1
                say(f"{source.name}: {report.given} files")
                _take(workplace, source, file, report)
                source.taken(file)


def _files(
    workplace: Workplace,
    source: SourceAtWork,
    request: CollectRequest,
    report: SourceReport,
) -> Iterable[ReceivedFile]:
    """The files of a source. Where rows replace rows, they are counted before.

    Tasks are not: a basket that empties is one that was worked.
    """
    files = source.collect(request)
    counted = source.kind in ("adhesion", "campaign")
    if request.siren or not counted or source.incremental():
        return files
    whole = list(files)
    report.size = rows_in(source, whole)
    require_size(workplace, source.name, report.size)
    return whole


def _say_again(say: Progress, name: str, state: RetryCallState) -> None:
    say(f"{name}: no answer at attempt {state.attempt_number}, trying again")


def _take(
    workplace: Workplace,
    source: SourceAtWork,
    file: ReceivedFile,
    report: SourceReport,
) -> None:
    """Archive, record as received, read, record as read: in this order."""
    with workplace.store.read() as tables:
        known = tables.files.known(file.sha256)
    if known:
        _given_again(workplace, source, file)
        return
    workplace.archive.put(file)
    with workplace.store.write() as tables:
        tables.files.record_received(file, source.name)
    report.new += 1
    _read(workplace, source, file, report)


def _given_again(
    workplace: Workplace, source: SourceAtWork, file: ReceivedFile
) -> None:
    """Known bytes say nothing new, except an adhesion file put back."""
    if source.kind == "adhesion":
        with workplace.store.write() as tables:
            now = datetime.now(UTC)
            moved = tables.adhesions.seen_again(source.name, file.sha256, now)
            tables.inputs.changed(moved, now)


def _finish_pending(
    workplace: Workplace, source: SourceAtWork, report: SourceReport
) -> None:
    """Read what an interrupted collection had received."""
    with workplace.store.read() as tables:
        pending = tables.files.pending(source.name)
    for stored in pending:
        file = workplace.archive.get(stored.sha256, stored.name)
        report.new += 1
        _read(workplace, source, file, report)


def _read(
    workplace: Workplace,
    source: SourceAtWork,
    file: ReceivedFile,
    report: SourceReport,
) -> None:
    refusals, sirens = record(workplace, source, file)
    report.refusals.extend(refusals)
    report.sirens.update(sirens)

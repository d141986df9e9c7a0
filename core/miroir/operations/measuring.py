"""How much a source gives; one that gives much less is held for a person.

A truncated file or an extraction cut short looks like a smaller, valid one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from miroir.config.settings import Settings
from miroir.errors import RowsRefused, SourceHeld
from miroir.operations.workplace import Workplace
from miroir.plugins.source_work import SourceAtWork
from miroir.schedule.shrinking import shrunk
from miroir.store.schedule.watches import Watch
from miroir.types.source import ReceivedFile


def shrink_percent(settings: Settings, source: str) -> int:
    """What a source may lose, in percent, without being held."""
    own = settings.schedule.sources.get(source)
    if own is None or own.shrink_percent is None:
        return settings.schedule.shrink_percent
    return own.shrink_percent


def rows_in(source: SourceAtWork, files: Iterable[ReceivedFile]) -> int | None:
    """Rows of the files of a source, refused ones included.

    None when a file cannot be read at all: it is refused, and replaces nothing;
    and for tasks, since a basket empties as its tasks are done.
    """
    if not source.has_rows or source.kind == "task":
        return None
    try:
        return sum(source.read(file).rows for file in files)
    except RowsRefused:
        return None


def whole_size(source: SourceAtWork, given: int | None) -> int | None:
    """Files that a source holds: as it says, else as many as it gave."""
    said = source.size()
    return given if said is None else said


def require_released(workplace: Workplace, source: str) -> None:
    """Raise SourceHeld while a source waits for a person."""
    with workplace.store.read() as tables:
        watch = tables.watches.of(source)
    if watch.held:
        raise SourceHeld(explain(watch))


def require_size(workplace: Workplace, source: str, size: int | None) -> None:
    """Hold a source that has shrunk too much, and raise SourceHeld."""
    if size is None:
        return
    percent = shrink_percent(workplace.settings, source)
    with workplace.store.write() as tables:
        if not shrunk(tables.watches.of(source).size, size, percent):
            return
        tables.watches.hold(source, size, datetime.now(UTC))
        watch = tables.watches.of(source)
    raise SourceHeld(explain(watch))


def explain(watch: Watch) -> str:
    """Why a source is held, and what to do."""
    since = f"{watch.held_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"held since {since}: it gives {watch.held_size} instead of {watch.size}. "
        "Look at where it comes from; if that is right, run "
        f"`miroir schedule release {watch.source}`"
    )

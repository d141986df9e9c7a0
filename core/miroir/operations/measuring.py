"""How much a source gives; one that gives much less is held for a person.

A truncated file or an extraction cut short looks like a smaller, valid one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from miroir.config.settings import Settings
from miroir.errors import RowsRefused, SourceError, SourceHeld
from miroir.operations.workplace import Workplace
from miroir.plugins.guarding import guard
from miroir.plugins.sources import ConfiguredSource
from miroir.schedule.shrinking import shrunk
from miroir.store.schedule.watches import Watch
from miroir.types.source import ReceivedFile, RowSource


def shrink_percent(settings: Settings, source: str) -> int:
    """What a source may lose, in percent, without being held."""
    own = settings.schedule.sources.get(source)
    if own is None or own.shrink_percent is None:
        return settings.schedule.shrink_percent
    return own.shrink_percent


def rows_in(configured: ConfiguredSource, files: Iterable[ReceivedFile]) -> int | None:
    """Rows of the files of a source, refused ones included.

    None when a file cannot be read at all: it is refused, and replaces nothing;
    and for tasks, since a basket empties as its tasks are done.
    """
    source, rows = configured.source, 0
    if not isinstance(source, RowSource) or source.kind == "task":
        return None
    for file in files:
        call = partial(_rows, source, file)
        try:
            rows += guard(
                configured.provider,
                f"reading {file.name}",
                call,
                through=(SourceError,),
            )
        except RowsRefused:
            return None
    return rows


def _rows(source: RowSource, file: ReceivedFile) -> int:
    return source.read(file).rows


def whole_size(configured: ConfiguredSource, given: int | None) -> int | None:
    """Files that a source holds: as it says, else as many as it gave."""
    said = guard(configured.provider, "asking for the size", configured.source.size)
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

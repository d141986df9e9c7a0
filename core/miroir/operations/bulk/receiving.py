"""Files and folders into the segments: what they are about, at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from miroir.declaration.reader import read_dsn
from miroir.recomputation.bulk.calendar import number_of
from miroir.source.glance import Glance, glance
from miroir.source.heads import Head
from miroir.source.paths import dsn_paths
from miroir.source.segments import Appender, Segments
from miroir.types.source import ReceivedFile, Refusal

FILES_AT_ONCE = 10_000
"""Files made durable together: a fault loses those since the last time, which
are received again."""
Progress = Callable[[int], None]


@dataclass(slots=True)
class Reception:
    """What came: `given` files, `new` ones, and what is in none of the months."""

    given: int = 0
    new: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def receive(
    segments: Segments,
    paths: Sequence[Path],
    *,
    in_place: bool = False,
    say: Progress = lambda given: None,
) -> Reception:
    """Add every file of some paths; known bytes are passed over.

    `in_place`: nothing is copied, the files are not to move any more.
    """
    files, remarks = dsn_paths(paths)
    reception = Reception(refusals=list(remarks))
    with segments.appending() as appender:
        for path in files:
            reception.given += 1
            try:
                _take(appender, glance(path), in_place, reception)
            except OSError as error:
                reception.refusals.append(_unreadable(path, error))
            if reception.given % FILES_AT_ONCE == 0:
                appender.flush()
            say(reception.given)
    return reception


def _take(
    appender: Appender, given: Glance, in_place: bool, reception: Reception
) -> None:
    refusals: Iterable[Refusal] = ()
    if given.heads is None:
        given, refusals = _told_by_reading(given)
    new = appender.add_in_place(given) if in_place else appender.add_file(given)
    if new:
        reception.new += 1
    if not given.heads:
        reception.refusals.extend(refusals)


def _told_by_reading(given: Glance) -> tuple[Glance, Iterable[Refusal]]:
    """What a glance does not tell, the full reader does."""
    content = given.path.read_bytes() if given.content is None else given.content
    reading = read_dsn(ReceivedFile.of(str(given.path), content))
    versions = (version.declaration for version in reading.rejected)
    found = [
        Head(int(each.siren), int(each.siret), number_of(each.period))
        for each in (*reading.declarations, *versions)
    ]
    return replace(given, heads=tuple(dict.fromkeys(found))), reading.refusals


def _unreadable(path: Path, error: OSError) -> Refusal:
    return Refusal(
        file=str(path),
        line=0,
        code="FILE_UNREADABLE",
        reason=f"the file cannot be opened: {error.strerror}",
        remedy="check its permissions",
    )

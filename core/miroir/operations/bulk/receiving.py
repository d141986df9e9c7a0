"""Files and folders into the segments: what they are about, at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from miroir.declaration.reader import read_dsn
from miroir.recomputation.bulk.calendar import number_of
from miroir.source.heads import Content, Head, heads_of
from miroir.source.paths import dsn_paths
from miroir.source.segments import Appender, Segments, mapped
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
                with mapped(path) as content:
                    _take(appender, path, content, in_place, reception)
            except OSError as error:
                reception.refusals.append(_unreadable(path, error))
            if reception.given % FILES_AT_ONCE == 0:
                appender.flush()
            say(reception.given)
    return reception


def _take(
    appender: Appender,
    path: Path,
    content: Content,
    in_place: bool,
    reception: Reception,
) -> None:
    heads, refusals = _heads(str(path), content)
    if in_place:
        new = appender.add_in_place(path, content, heads)
    else:
        new = appender.add(str(path), content, heads)
    if new:
        reception.new += 1
    if not heads:
        reception.refusals.extend(refusals)


def _heads(name: str, content: Content) -> tuple[Sequence[Head], Iterable[Refusal]]:
    """Seen at a glance, else by reading the file in full."""
    heads = heads_of(content)
    if heads is not None:
        return heads, ()
    reading = read_dsn(ReceivedFile.of(name, bytes(content)))
    versions = (version.declaration for version in reading.rejected)
    found = [
        Head(int(each.siren), int(each.siret), number_of(each.period))
        for each in (*reading.declarations, *versions)
    ]
    return tuple(dict.fromkeys(found)), reading.refusals


def _unreadable(path: Path, error: OSError) -> Refusal:
    return Refusal(
        file=str(path),
        line=0,
        code="FILE_UNREADABLE",
        reason=f"the file cannot be opened: {error.strerror}",
        remedy="check its permissions",
    )

"""A drop: files that others put in a folder, taken once they are whole.

Nothing is ever deleted, nor written over; a file that was taken is left where
it is, or moved into another folder of the drop, as the configuration says.
"""

from __future__ import annotations

import hashlib
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from miroir import CollectRequest, ReceivedFile, SourceError

from miroir_connectors.drop.moving import put_away
from miroir_connectors.drop.place import Changed, Entry, Nature, Place
from miroir_connectors.drop.rules import Left, fault_of, matches, require_folder, shown
from miroir_connectors.drop.unpacking import unpacked
from miroir_connectors.mapped import MappedSource

_DEEPEST = 32
_MEGABYTE = 1_000_000


@dataclass(slots=True)
class _Progress:
    """What one collection learns, for those that follow."""

    seen: list[str] = field(default_factory=list)
    packs: dict[str, Entry] = field(default_factory=dict)
    """The entry behind the name of each file given."""
    waiting: Counter[str] = field(default_factory=Counter)
    """Files of an entry that are not safe yet, by its path."""
    place: Place | None = None
    """The place of the collection that is going on."""

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        self.place = place
        try:
            yield
        finally:
            self.place = None


@dataclass(frozen=True, kw_only=True)
class Drop(MappedSource):
    """Files of a folder, wherever it is.

    `patterns` are compared with names, without regard to case; `recursive`:
    folders below too. A file is taken once two looks, `stable_seconds` apart,
    find the same size and date; or, with `marker = ".done"`, once a file of
    its name and that ending stands beside it. `after = "move"` moves what was
    taken into `moved_to`. Files in .zip or .gz are unpacked with `unpack`.
    A file beyond `most_megabytes` is left and named.
    """

    patterns: tuple[str, ...]
    recursive: bool = False
    stable_seconds: int = 2
    marker: str = ""
    after: Literal["leave", "move"] = "leave"
    moved_to: str = "taken"
    unpack: bool = False
    most_megabytes: int = 500
    _progress: _Progress = field(
        default_factory=_Progress, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        MappedSource.__post_init__(self)
        if not self.patterns or not all(self.patterns):
            raise ValueError('`patterns` needs at least one pattern, such as "*.csv"')
        if self.stable_seconds < 0 or self.most_megabytes < 1:
            raise ValueError(
                "`stable_seconds` is 0 or more, and `most_megabytes` 1 or more"
            )
        for key in ("moved_to", "marker"):
            if fault_of(getattr(self, key) or "x"):
                raise ValueError(f"`{key}` is a plain name, without / nor ..")
        if not self.moved_to:
            raise ValueError("`moved_to` is the name of a folder of the drop")

    @abstractmethod
    def reach(self) -> Place:
        """Reach the place; raises SourceError."""

    @property
    def incremental(self) -> bool:
        """A drop gives each file once."""
        return True

    def check(self) -> None:
        """Raise SourceError when the folder cannot be reached."""
        with self.reach() as place:
            require_folder(place)
            next(iter(place.entries("")), None)

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the files that are whole and new; then tell what was left.

        With `request.siren`, only DSN files where this number is written.
        """
        progress = self._progress
        progress.seen, progress.packs, progress.waiting = [], {}, Counter()
        known = set((request.cursor or "").split())
        with self.reach() as place, progress.at(place):
            require_folder(place)
            left = Left(place.address)
            found = sorted(self._found(place, "", left), key=_order)
            new = [each for each in found if _mark(each) not in known]
            progress.seen = [_mark(each) for each in found if _mark(each) in known]
            for entry in self._whole(place, new, left):
                yield from self._given(place, entry, left, request)
            left.raise_if_any()

    def next_cursor(self) -> str | None:
        """The marks of the files that are still there and were taken."""
        return " ".join(self._progress.seen) or None

    def taken(self, file: ReceivedFile) -> None:
        """Move a file once all that it packed is safe."""
        entry = self._progress.packs.get(file.name)
        if entry is None:
            return
        self._progress.waiting[entry.path] -= 1
        if self.after == "move" and not self._progress.waiting[entry.path]:
            if self._progress.place is not None:
                put_away(self._progress.place, entry, self.moved_to, self.marker)
                return
            with self.reach() as place:
                put_away(place, entry, self.moved_to, self.marker)

    def _found(self, place: Place, folder: str, left: Left) -> Iterator[Entry]:
        if folder.count("/") > _DEEPEST:
            raise SourceError(f"{place.address}: folders nested too deep.")
        for entry in place.entries(folder):
            own = not folder and entry.name == self.moved_to
            if entry.nature is Nature.FOLDER:
                if not self.recursive or own:
                    continue
                if fault := fault_of(entry.name):
                    left.for_good(entry.path, fault, "Rename it.")
                else:
                    yield from self._found(place, entry.path, left)
            elif matches(entry.name, self.patterns) and not self._is_marker(entry):
                if fault := fault_of(entry.name):
                    left.for_good(entry.path, fault, "Rename it.")
                elif entry.nature is not Nature.FILE:
                    left.no_file(entry)
                else:
                    yield entry
            elif fault := fault_of(entry.name):
                left.for_good(entry.path, fault, "Rename it.")
            elif entry.nature is Nature.LINK and self.recursive:
                left.no_file(entry)

    def _is_marker(self, entry: Entry) -> bool:
        return bool(self.marker) and entry.name.endswith(self.marker)

    def _whole(self, place: Place, new: list[Entry], left: Left) -> Iterator[Entry]:
        """Those that nobody writes any more."""
        if self.marker:
            for entry in new:
                if place.look(entry.path + self.marker) is not None:
                    yield entry
                else:
                    left.for_now(entry, f"waits for its {self.marker}")
            return
        if new and self.stable_seconds:
            time.sleep(self.stable_seconds)
        for entry in new:
            if not self.stable_seconds or entry.same_as(place.look(entry.path)):
                yield entry
            else:
                left.for_now(entry, "being written, taken next time")

    def _given(
        self, place: Place, entry: Entry, left: Left, request: CollectRequest
    ) -> Iterator[ReceivedFile]:
        most = self.most_megabytes * _MEGABYTE
        if entry.size > most:
            left.for_good(
                entry.path,
                f"more than {self.most_megabytes} MB",
                "If that is right, raise the key `most_megabytes`.",
            )
            return
        content = self._read(place, entry, most)
        if content is None:
            left.for_now(entry, "changed while it was read, taken next time")
            return
        try:
            files = [
                self._file(place, entry, name, data)
                for name, data in self._parts(entry, content)
            ]
        except SourceError as error:
            left.reasons.append(str(error))
            return
        self._progress.packs.update((file.name, entry) for file in files)
        self._progress.waiting[entry.path] = len(files)
        wanted = (request.siren or "").encode("ascii") if self.kind == "dsn" else b""
        yield from (file for file in files if wanted in file.content)
        self._progress.seen.append(_mark(entry))

    @staticmethod
    def _read(place: Place, entry: Entry, most: int) -> bytes | None:
        """Its bytes; None when it is no longer what was listed."""
        try:
            content = place.read(entry, most)
        except Changed:
            return None
        same = len(content) == entry.size and entry.same_as(place.look(entry.path))
        return content if same else None

    def _parts(self, entry: Entry, content: bytes) -> Iterator[tuple[str, bytes]]:
        if not self.unpack:
            return iter([(entry.path, content)])
        most = self.most_megabytes * _MEGABYTE
        return unpacked(entry.path, content, self.patterns, most)

    def _file(
        self, place: Place, entry: Entry, name: str, content: bytes
    ) -> ReceivedFile:
        file = ReceivedFile.of(f"{place.address}/{shown(name)}", content)
        return replace(file, modified_at=entry.modified_at)


def _order(entry: Entry) -> tuple[float, str]:
    """The oldest first: where files replace one another, the newest holds."""
    return (entry.modified_at.timestamp() if entry.modified_at else 0, entry.path)


def _mark(entry: Entry) -> str:
    """A file as it is now, in 16 characters: the cursor holds no name."""
    text = f"{entry.path}\0{entry.size}\0{entry.version}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()

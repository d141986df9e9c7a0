"""A drop in a folder of this machine, or of a mounted share."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from miroir import SourceError, SourceUnavailable

from miroir_connectors.drop.place import Entry, Nature, Place, read_all
from miroir_connectors.drop.source import Drop


@dataclass(frozen=True, kw_only=True)
class FolderDrop(Drop):
    """Files of `folder`, on this machine."""

    folder: Path

    def reach(self) -> Place:
        return Folder(self.folder)


class Folder(Place):
    """A folder that this user may read."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder)
        self._folder = folder

    def entries(self, folder: str) -> Iterator[Entry]:
        path = self._folder / folder
        try:
            names = sorted(each.name for each in path.iterdir())
        except OSError as error:
            raise _failure(path, error) from error
        for name in names:
            entry = self.look(f"{folder}/{name}" if folder else name)
            if entry is not None:
                yield entry

    def look(self, path: str) -> Entry | None:
        where = self._folder / path
        try:
            # The drop itself may be reached by a link: its owner has put it.
            found = where.lstat() if path else where.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failure(where, error) from error
        return Entry(
            path=path,
            nature=nature_of(found.st_mode),
            size=found.st_size,
            version=str(found.st_mtime_ns),
            modified_at=datetime.fromtimestamp(found.st_mtime, UTC),
        )

    def read(self, entry: Entry, most: int) -> bytes:
        path = self._folder / entry.path
        try:
            # Without following a link that came since, nor waiting on a pipe.
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(number, "rb") as file:
                return read_all(file.read, most, entry.path)
        except OSError as error:
            raise _failure(path, error) from error

    def move(self, path: str, folder: str, name: str) -> None:
        source, target = self._folder / path, self._folder / folder / name
        try:
            if not target.parent.is_dir():
                target.parent.mkdir()
        except OSError as error:
            raise _immovable(source, folder, error) from error
        if os.path.lexists(target):
            raise FileExistsError(target)
        try:
            source.rename(target)
        except OSError as error:
            raise _immovable(source, folder, error) from error


def nature_of(mode: int | None) -> Nature:
    """What the mode of a file says; `None`: a server that says nothing."""
    if mode is None:
        return Nature.OTHER
    if stat.S_ISLNK(mode):
        return Nature.LINK
    if stat.S_ISDIR(mode):
        return Nature.FOLDER
    return Nature.FILE if stat.S_ISREG(mode) else Nature.OTHER


def _failure(path: Path, error: OSError) -> SourceError:
    return SourceUnavailable(
        f"{path}: cannot be read ({error.strerror}). "
        "Give this user the right to read it."
    )


def _immovable(source: Path, folder: str, error: OSError) -> SourceError:
    return SourceError(
        f"{source}: cannot be moved into {folder} ({error.strerror}). Give this user the "
        'right to write there, or set `after = "leave"`.'
    )

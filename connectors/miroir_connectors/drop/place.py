"""What a drop needs of the place it is in: to list, read and move files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Self

from miroir import SourceUnavailable


class Nature(Enum):
    """What stands under a name. Nothing but a file is ever opened."""

    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link, which is not followed"
    OTHER = "not a file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name of a drop. `path` starts from the drop, with «/» between names.

    `version` changes when the bytes do: time of change in the place's own
    unit, or its tag. `size` in bytes.
    """

    path: str
    nature: Nature
    size: int
    version: str
    modified_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def same_as(self, other: Entry | None) -> bool:
        """Whether nothing was written in between."""
        return other is not None and (
            (self.nature, self.size, self.version)
            == (other.nature, other.size, other.version)
        )


class Changed(SourceUnavailable):
    """A file is no longer the one that was listed: it is taken next time."""


class Place(ABC):
    """A folder somewhere, open; every method may raise SourceError."""

    address: str
    """Where it is, in messages and names of files: never with a password."""
    setting = "folder"
    """The key to correct when it is not there."""

    @abstractmethod
    def entries(self, folder: str) -> Iterator[Entry]:
        """What stands in one folder, «» for the drop itself, in any order."""

    @abstractmethod
    def look(self, path: str) -> Entry | None:
        """One name as it is now, None when nothing has it."""

    @abstractmethod
    def read(self, entry: Entry, most: int) -> bytes:
        """Its bytes, `most` at most; raises SourceUnavailable.

        Changed: where the place itself says that it is another one, or gone.
        """

    @abstractmethod
    def move(self, path: str, folder: str, name: str) -> None:
        """Move a file into a folder of the drop, made when it is absent.

        Never over another one: raises FileExistsError.
        """

    def close(self) -> None:
        """Leave the place."""
        return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_all(read: Callable[[int], bytes], most: int, path: str) -> bytes:
    """Bytes from `read(size)` until it gives none; SourceUnavailable beyond `most`."""
    parts: list[bytes] = []
    left = most
    while part := read(min(left + 1, 1 << 20)):
        left -= len(part)
        if left < 0:
            raise SourceUnavailable(f"{path}: it grew while it was read.")
        parts.append(part)
    return b"".join(parts)

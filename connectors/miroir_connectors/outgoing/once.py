"""Leaving a file in a drop once, even when the reader has taken it away since.

A draft is written whole under `.miroir/`, then a mark beside it, and the draft
is renamed into place. A rename is the only way for a draft to go: a mark
without a draft says that the file was left, whether it is still there or not.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from miroir import ActionNotSent, ActionRefused

APART = ".miroir"


class Folder(Protocol):
    """A drop, by its own paths. Errors are OSError."""

    def exists(self, path: str) -> bool: ...

    def write(self, path: str, content: bytes) -> None:
        """Write a file whole; on disk when it returns, as far as can be known."""

    def rename(self, path: str, target: str) -> None:
        """Rename at one stroke; never over a file."""

    def make(self, path: str) -> None:
        """Make a folder, unless it is there."""


def leave(folder: Folder, name: str, key: str, content: bytes) -> bool:
    """Leave `content` as `name`; false when this key left it before.

    Raises ActionNotSent while the drop cannot be written.
    """
    draft, mark = f"{APART}/{key}.draft", f"{APART}/{key}.mark"
    try:
        folder.make(APART)
        if folder.exists(mark):
            if not folder.exists(draft):
                return False
        else:
            folder.write(draft, content)
            folder.write(mark, b"")
        folder.rename(draft, name)
    except FileExistsError:
        raise ActionRefused(
            f"{name}: a file of this name is there already and is not ours; have "
            "who reads the drop look at it",
            code="exists",
        ) from None
    except OSError as error:
        raise ActionNotSent(
            f"the drop cannot be written ({error.strerror or type(error).__name__}); "
            "nothing was left there, it is tried again"
        ) from None
    return True


def left(folder: Folder, key: str) -> bool:
    """Whether this key left its file."""
    draft, mark = f"{APART}/{key}.draft", f"{APART}/{key}.mark"
    return folder.exists(mark) and not folder.exists(draft)


class LocalFolder:
    """A folder of this machine, or of a mounted share."""

    def __init__(self, root: Path, mode: int = 0o640) -> None:
        self._root, self._mode = root, mode

    def exists(self, path: str) -> bool:
        return (self._root / path).exists()

    def write(self, path: str, content: bytes) -> None:
        target = self._root / path
        part = target.with_name(f"{target.name}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(part, flags, self._mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _make_durable(target.parent)

    def rename(self, path: str, target: str) -> None:
        if self.exists(target):
            raise FileExistsError
        # Not a link and an unlink: a crash between them would leave both.
        (self._root / path).rename(self._root / target)
        _make_durable(self._root)

    def make(self, path: str) -> None:
        (self._root / path).mkdir(exist_ok=True)


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""A folder of DSN files: what is whole is given, the rest is named.

Nothing but a regular file is opened: a link could lead outside the folder, a
pipe would wait for ever.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from miroir import (
    CollectRequest,
    DsnSource,
    ReceivedFile,
    SourceError,
    SourceUnavailable,
)

_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class DsnFolder(DsnSource):
    """DSN files below `folder`, in the order of their paths.

    `patterns` are compared without regard to case. A file changed less than
    `stable_seconds` ago is left for the next collection.
    """

    folder: Path
    patterns: tuple[str, ...] = ("*.dsn", "*.edi", "*.txt")
    stable_seconds: int = 0

    def __post_init__(self) -> None:
        if not self.patterns or not all(self.patterns):
            raise ValueError('`patterns` needs at least one pattern, such as "*.dsn"')
        if self.stable_seconds < 0:
            raise ValueError("`stable_seconds` cannot be negative")

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the files; then raise one error for all that were left.

        With `request.siren`, only files where this number is written.
        """
        self.check()
        left = _Left()
        wanted = request.siren.encode("ascii") if request.siren else b""
        for path in self._paths(left):
            file = self._read(path, left)
            if file is not None and wanted in file.content:
                yield file
        left.raise_if_any(self.folder)

    def check(self) -> None:
        """Raise SourceError when the folder is absent or cannot be listed."""
        if not self.folder.is_dir():
            raise SourceError(
                f"{self.folder}: no such folder of DSN files. Create it, "
                "or correct the key `folder`."
            )
        try:
            next(self.folder.iterdir(), None)
        except OSError as error:
            raise SourceUnavailable(
                f"{self.folder}: cannot be listed ({error.strerror}). "
                "Give this user the right to read it."
            ) from error

    def _paths(self, left: _Left) -> Iterator[Path]:
        found: list[Path] = []
        for root, folders, names in os.walk(self.folder, onerror=left.unreadable):
            for name in folders:
                if Path(root, name).is_symlink():
                    left.for_good(Path(root, name), "a link, which is not followed")
            found.extend(Path(root, name) for name in names if self._matches(name))
        yield from sorted(found, key=lambda path: path.parts)

    def _matches(self, name: str) -> bool:
        return any(
            fnmatchcase(name.casefold(), pattern.casefold())
            for pattern in self.patterns
        )

    def _read(self, path: Path, left: _Left) -> ReceivedFile | None:
        try:
            before = path.lstat()
            if not stat.S_ISREG(before.st_mode):
                left.for_good(path, _nature(before.st_mode))
                return None
            # A clock ahead of ours makes the age negative: not stable either.
            age = time.time() - before.st_mtime
            if self.stable_seconds and age < self.stable_seconds:
                left.for_now(path, f"changed less than {self.stable_seconds} s ago")
                return None
            file = ReceivedFile.from_path(path)
            after = path.lstat()
        except OSError as error:
            left.unreadable(error)
            return None
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            left.for_now(path, "changed while it was read")
            return None
        return replace(file, modified_at=datetime.fromtimestamp(after.st_mtime, UTC))


class _Left:
    """What was not given, told once everything else was."""

    def __init__(self) -> None:
        self._reasons: list[str] = []
        self._may_come = False

    def for_good(self, path: Path, reason: str) -> None:
        self._reasons.append(f"{path}: {reason}. Put a real file, or take it away.")

    def for_now(self, path: Path, reason: str) -> None:
        self._may_come = True
        self._reasons.append(f"{path}: {reason}. It is taken next time.")

    def unreadable(self, error: OSError) -> None:
        self._may_come = True
        self._reasons.append(
            f"{error.filename}: cannot be read ({error.strerror}). "
            "Give this user the right to read it."
        )

    def raise_if_any(self, folder: Path) -> None:
        if not self._reasons:
            return
        lines = self._reasons[:_SHOWN]
        if len(self._reasons) > _SHOWN:
            lines.append(f"and {len(self._reasons) - _SHOWN} more")
        kind = SourceUnavailable if self._may_come else SourceError
        count = len(self._reasons)
        raise kind(f"{folder}: {count} left out\n  " + "\n  ".join(lines))


def _nature(mode: int) -> str:
    return "a link, which is not followed" if stat.S_ISLNK(mode) else "not a file"

"""Reading one file of this machine as it was received."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from miroir import ReceivedFile, SourceError, SourceUnavailable


def read_file(path: Path, key: str) -> ReceivedFile:
    """The file at `path`; `key` is the setting to correct when it is absent."""
    if not path.exists():
        raise SourceError(
            f"{path}: no such file. Put it there, or correct the key `{key}`."
        )
    if not path.is_file():
        raise SourceError(f"{path}: not a file. Correct the key `{key}`.")
    try:
        received = ReceivedFile.from_path(path)
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise SourceUnavailable(
            f"{path}: cannot be read ({error.strerror}). "
            "Give this user the right to read it."
        ) from error
    return replace(received, modified_at=modified)

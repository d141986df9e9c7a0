"""One file of this machine, read as it was received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from miroir import (
    CollectRequest,
    ReceivedFile,
    SourceConnector,
    SourceError,
    SourceUnavailable,
    hookimpl,
)

from miroir_connectors.mapped import MappedSource


@dataclass(frozen=True, kw_only=True)
class OneFile(MappedSource):
    """The file at `path`, given whole at each collection."""

    path: Path

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the file, whole: it is small."""
        yield read_file(self.path, "path")


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `file`."""
    return [
        SourceConnector(
            name="file",
            source=OneFile,
            summary="one file of this machine, of any kind and format",
        )
    ]


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

"""From the paths of a command line to files, nothing left out silently."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from miroir.types.source import ReceivedFile, Refusal

DSN_SUFFIXES = frozenset({".dsn", ".edi", ".txt"})


def dsn_paths(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Refusal, ...]]:
    """The files to read, sorted, and a remark on each folder's other files.

    A file named on the command line is read whatever its suffix; in folders,
    at any depth, those ending in .dsn, .edi or .txt are.
    """
    found: dict[Path, None] = {}
    remarks: list[Refusal] = []
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        others = 0
        for inside in _walk(path):
            if inside.suffix.lower() in DSN_SUFFIXES:
                found[inside] = None
            else:
                others += 1
        if others:
            remarks.append(_not_dsn(path, others))
    return tuple(sorted(found)), tuple(remarks)


def read_paths(paths: Iterable[Path]) -> Iterator[ReceivedFile | Refusal]:
    """Read each file; one that cannot be read gives a refusal instead."""
    for path in paths:
        try:
            yield ReceivedFile.from_path(path)
        except OSError as error:
            yield Refusal(
                file=str(path),
                line=0,
                code="FILE_UNREADABLE",
                reason=f"the file cannot be opened: {error.strerror}",
                remedy="check its permissions",
            )


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(parent) / name


def no_file(paths: Iterable[Path]) -> Refusal:
    """Said when folders hold nothing to read."""
    return Refusal(
        file=", ".join(str(path) for path in paths),
        line=0,
        code="NO_FILE",
        reason=f"no file ends in {', '.join(sorted(DSN_SUFFIXES))}",
        remedy="name the files on the command line, or another folder",
    )


def _not_dsn(folder: Path, count: int) -> Refusal:
    endings = ", ".join(sorted(DSN_SUFFIXES))
    return Refusal(
        file=str(folder),
        line=0,
        code="FILES_LEFT_ASIDE",
        reason=f"{count} files of the folder do not end in {endings}",
        remedy="name a file on the command line to have it read",
    )

"""One reading of a received file: its digest, and who it is about.

A file of any size goes through a buffer of one MiB, so that memory does not
grow with it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from miroir.source.heads import START, Head, heads_at, heads_of, starts_in

CHUNK = 1 << 20
_OVERLAP = len(START) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """`stamp`: when it was written last, in nanoseconds; `heads`: None when
    one cannot be told; `content`: the whole file when it is a small one."""

    path: Path
    sha256: str
    length: int
    stamp: int
    heads: tuple[Head, ...] | None
    content: bytes | None = field(repr=False)


def glance(path: Path) -> Glance:
    """Read a file once; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        stat = os.fstat(descriptor)
        if stat.st_size > CHUNK:
            return _large(path, descriptor, stat.st_mtime_ns)
        content = os.read(descriptor, stat.st_size + 1)
        return Glance(
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
            length=len(content),
            stamp=stat.st_mtime_ns,
            heads=heads_of(content),
            content=content,
        )
    finally:
        os.close(descriptor)


def _large(path: Path, descriptor: int, stamp: int) -> Glance:
    """The end of each chunk is looked at again with the next one."""
    digest, starts = hashlib.sha256(), list[int]()
    buffer = bytearray(_OVERLAP + CHUNK)
    view = memoryview(buffer)
    done = 0
    while count := os.preadv(descriptor, [view[_OVERLAP:]], done):
        end = _OVERLAP + count
        digest.update(view[_OVERLAP:end])
        starts.extend(done - _OVERLAP + at for at in starts_in(buffer, end))
        view[:_OVERLAP] = bytes(view[end - _OVERLAP : end])
        done += count
    return Glance(
        path=path,
        sha256=digest.hexdigest(),
        length=done,
        stamp=stamp,
        heads=heads_at(
            starts, done, lambda start, end: os.pread(descriptor, end - start, start)
        ),
        content=None,
    )

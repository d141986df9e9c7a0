"""How one received file stands in a segment, and its rows in the index."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from miroir.errors import StoreError
from miroir.source.heads import Head

INSIDE, IN_PLACE = 0, 1
ROW = np.dtype(
    [
        ("sha256", "V32"),
        ("siren", "<i8"),
        ("siret", "<i8"),
        ("at", "<i8"),
        ("offset", "<i8"),
        ("length", "<i8"),
        ("end", "<i8"),
        ("stamp", "<i8"),
        ("segment", "<i4"),
        ("period", "<i4"),
        ("kind", "<u4"),
        ("check", "<u4"),
    ]
)
"""One declaration. `at`: its file's header in the segment; `offset`, `length`:
the content; `end`: where the next header goes; `stamp`: when a file left in
place was changed last (ns); `period`: year x 12 + month - 1; zeros: not told."""
Rows = NDArray[np.void]
_MAGIC = b"miroir-1"
LONGEST_HEADER = 1 << 13
SEGMENT_BITS = 40
"""A received file's number: its segment, then its place there in 40 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where the bytes of a received file are."""

    name: str
    sha256: str
    path: str
    offset: int
    length: int
    stamp: int = 0

    def check(self) -> None:
        """Raise StoreError when a file left in place was changed or removed."""
        if not self.stamp:
            return
        try:
            found = os.stat(self.path)  # noqa: PTH116  thousands: no Path for each
        except OSError as error:
            reason = error.strerror or ""
        else:
            if (found.st_size, found.st_mtime_ns) == (self.length, self.stamp):
                return
            reason = "its bytes changed since"
        raise StoreError(
            f"{self.path}: this file was received in place and cannot be used"
            f" ({reason}); put it back, or receive it again"
        )


def record_of(segment: int, at: int) -> int:
    """The number of a received file, for good."""
    return segment << SEGMENT_BITS | at


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a file: `miroir-1 KIND SHA256 LENGTH STAMP NAME`."""

    kind: int
    sha256: str
    length: int
    stamp: int
    name: str
    written: bytes

    @classmethod
    def of(cls, kind: int, sha256: str, length: int, stamp: int, name: str) -> Header:
        shown = os.fsencode(name).replace(b"\n", b"?")
        words = (
            _MAGIC,
            b"%d" % kind,
            sha256.encode(),
            b"%d %d" % (length, stamp),
            shown,
        )
        return cls(kind, sha256, length, stamp, name, b" ".join(words) + b"\n")

    @classmethod
    def read(cls, content: bytes) -> Header | None:
        line, end, _ = content.partition(b"\n")
        words = line.split(b" ", 5)
        if not end or len(words) < 6 or words[0] != _MAGIC:
            return None
        kind, length, stamp = int(words[1]), int(words[3]), int(words[4])
        name = os.fsdecode(words[5])
        return cls(kind, words[2].decode(), length, stamp, name, line + b"\n")

    @property
    def total(self) -> int:
        inside = self.length + 1 if self.kind == INSIDE else 0
        return len(self.written) + inside

    def stored(self, path: str, at: int) -> Stored:
        """`path`: of the segment."""
        if self.kind == IN_PLACE:
            path, offset = self.name, 0
        else:
            offset = at + len(self.written)
        return Stored(
            name=self.name,
            sha256=self.sha256,
            path=path,
            offset=offset,
            length=self.length,
            stamp=self.stamp,
        )

    def rows(self, segment: int, at: int, heads: Sequence[Head]) -> Rows:
        rows = np.zeros(len(heads), ROW)
        rows["sha256"] = np.void(bytes.fromhex(self.sha256))
        for name in Head._fields:
            rows[name] = [getattr(head, name) for head in heads]
        rows["segment"], rows["at"], rows["kind"] = segment, at, self.kind
        rows["offset"] = at + len(self.written) if self.kind == INSIDE else 0
        rows["length"], rows["stamp"] = self.length, self.stamp
        rows["end"] = at + self.total
        rows["check"] = [check_of(row) for row in rows]
        return rows


@dataclass(slots=True)
class HeadersOf:
    """The headers of a segment, many of them read at once: those of files left
    in place stand one after the other."""

    path: str
    descriptor: int
    at_once: int
    _at: int = 0
    _held: bytes = b""

    def stored(self, at: int) -> Stored:
        """The file whose header stands there; raises StoreError."""
        start = at - self._at
        end = self._held.find(b"\n", start) + 1 if start >= 0 else 0
        if not end:
            self._at, self._held = at, os.pread(self.descriptor, self.at_once, at)
            start, end = 0, self._held.find(b"\n") + 1
        header = Header.read(self._held[start:end])
        if header is None:
            raise StoreError(
                f"{self.path}: no received file at {at}; restore the segment"
            )
        return header.stored(self.path, at)

    def close(self) -> None:
        os.close(self.descriptor)


def check_of(row: np.void) -> int:
    return zlib.crc32(row.tobytes()[: -ROW["check"].itemsize])

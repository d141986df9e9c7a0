"""Received files one after the other in large segment files, with an index.

A month of many small files is then read by opening few large ones. Each file
stands behind a header that names it; the index beside the segment holds a row
for each declaration, and can be made again from the segment.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import EAGAIN
from pathlib import Path
from typing import BinaryIO

import numpy as np

from miroir.errors import StoreError
from miroir.source.glance import CHUNK, Glance
from miroir.source.heads import Head
from miroir.source.segment_rows import (
    IN_PLACE,
    INSIDE,
    LONGEST_HEADER,
    ROW,
    SEGMENT_BITS,
    Header,
    HeadersOf,
    Rows,
    Stored,
    check_of,
)

SEGMENT_BYTES = 256 << 20


class Segments:
    """A folder of segments, readable by its owner only: NIRs in clear."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.segment_bytes = segment_bytes

    def rows(self, periods: Sequence[int] | None = None) -> Rows:
        """The declarations received for some months, or all of them."""
        kept = []
        for number in self.numbers():
            rows = self.index(number)
            if periods is not None:
                rows = rows[np.isin(rows["period"], list(periods))]
            kept.append(rows)
        return np.concatenate(kept) if kept else np.zeros(0, ROW)

    def stored(self, record: int) -> Stored:
        """Where a received file is; raises StoreError when it is lost."""
        (found,) = self.all_stored([record], at_once=LONGEST_HEADER)
        return found

    def all_stored(
        self, records: Iterable[int], at_once: int = 1 << 16
    ) -> Iterator[Stored]:
        """Where received files are, in that order; raises StoreError. `at_once`:
        bytes read for the headers that stand together."""
        opened, headers = 0, None
        try:
            for record in records:
                segment = record >> SEGMENT_BITS
                if headers is None or segment != opened:
                    headers = self._reopened(segment, headers, at_once)
                    opened = segment
                yield headers.stored(record & ((1 << SEGMENT_BITS) - 1))
        finally:
            if headers is not None:
                headers.close()

    def _reopened(
        self, segment: int, headers: HeadersOf | None, at_once: int
    ) -> HeadersOf:
        if headers is not None:
            headers.close()
        path = self.path(segment)
        try:
            return HeadersOf(str(path), os.open(path, os.O_RDONLY), at_once)
        except OSError as error:
            raise StoreError(
                f"{path}: a segment of received files cannot be read"
                f" ({error.strerror}); restore it from a backup"
            ) from None

    @contextmanager
    def appending(self) -> Iterator[Appender]:
        """Add files; they are received, all of them, once this ends.

        One process at a time: the others wait. A fault leaves out what was
        added since the last `flush`, and nothing of it shows.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            appender = Appender(self)
            try:
                yield appender
                appender.flush()
            finally:
                appender.close()

    def rebuild(self, number: int, heads: Mapping[str, Sequence[Head]]) -> Rows:
        """The index of a segment made again from it; `heads` by sha256."""
        path = self.path(number)
        found: list[Rows] = []
        at, size = 0, path.stat().st_size
        with path.open("rb") as file:
            while at < size:
                file.seek(at)
                header = Header.read(file.read(LONGEST_HEADER))
                if header is None or at + header.total > size:
                    break
                own = heads.get(header.sha256) or (Head(0, 0, 0),)
                found.append(header.rows(number, at, own))
                at += header.total
        rows = np.concatenate(found) if found else np.zeros(0, ROW)
        draft = self.index_path(number).with_suffix(".draft")
        with draft.open("wb") as out:
            out.write(rows.tobytes())
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self.index_path(number))
        return rows

    def numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self.folder.glob("[0-9]*.index"))

    def path(self, number: int) -> Path:
        """The file of a segment."""
        return self.folder / f"{number:06d}.segment"

    def index_path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.index"

    def index(self, number: int) -> Rows:
        """The rows that were written whole."""
        content = self.index_path(number).read_bytes()
        rows = np.frombuffer(
            content[: len(content) // ROW.itemsize * ROW.itemsize], ROW
        )
        sound = len(rows)
        while sound and check_of(rows[sound - 1]) != rows[sound - 1]["check"]:
            sound -= 1
        return rows[:sound]


@dataclass(slots=True)
class Appender:
    """Adds files to the last segment, and begins another when it is full."""

    segments: Segments
    _file: BinaryIO | None = None
    _number: int = 0
    _at: int = 0
    _waiting: list[bytes] = field(default_factory=list)
    _known: set[bytes] | None = None

    def add(self, name: str, content: bytes, heads: Sequence[Head]) -> bool:
        """Append bytes; False when the same bytes are there already."""
        digest = hashlib.sha256(content).hexdigest()
        header = Header.of(INSIDE, digest, len(content), 0, name)
        return self._append(header, heads, content)

    def add_file(self, given: Glance) -> bool:
        """Append a copy of a file; OSError when it changed since the glance."""
        header = Header.of(INSIDE, given.sha256, given.length, 0, str(given.path))
        return self._append(header, given.heads or (), given.content, given.path)

    def add_in_place(self, given: Glance) -> bool:
        """Note a file that stays where it is; it is not to change any more."""
        name = str(given.path.absolute())
        header = Header.of(IN_PLACE, given.sha256, given.length, given.stamp, name)
        return self._append(header, given.heads or (), b"")

    def flush(self) -> None:
        """Put on the disk the bytes, then the index that makes them received."""
        if self._file is None or not self._waiting:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        index = self.segments.index_path(self._number)
        sound = len(self.segments.index(self._number)) if index.exists() else 0
        with index.open("r+b" if index.exists() else "xb") as out:
            out.truncate(sound * ROW.itemsize)
            out.seek(0, os.SEEK_END)
            out.write(b"".join(self._waiting))
            out.flush()
            os.fsync(out.fileno())
        self._waiting.clear()
        _make_durable(self.segments.folder)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(
        self,
        header: Header,
        heads: Sequence[Head],
        body: bytes | None,
        path: Path | None = None,
    ) -> bool:
        """`path`: where the body is, when it is not given."""
        mark = bytes.fromhex(header.sha256)
        if mark in self._digests():
            return False
        file = self._opened()
        rows = header.rows(self._number, self._at, heads or (Head(0, 0, 0),))
        file.write(header.written)
        if body is None:
            assert path is not None
            self._copy(path, header.sha256, file)
        elif header.kind == INSIDE:
            file.write(body)
        if header.kind == INSIDE:
            file.write(b"\n")
        self._at += header.total
        self._waiting.append(rows.tobytes())
        self._digests().add(mark)
        return True

    def _copy(self, path: Path, sha256: str, file: BinaryIO) -> None:
        digest = hashlib.sha256()
        with path.open("rb") as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            file.seek(self._at)
            file.truncate()
            raise OSError(EAGAIN, "it changed while it was received")

    def _digests(self) -> set[bytes]:
        if self._known is None:
            rows = self.segments.rows()
            self._known = {row.tobytes() for row in rows["sha256"]}
        return self._known

    def _opened(self) -> BinaryIO:
        """The segment to write to, what was torn at its end cut off."""
        if self._file is not None and self._at >= self.segments.segment_bytes:
            self.flush()
            self.close()
        if self._file is None:
            numbers = self.segments.numbers()
            self._number = numbers[-1] if numbers else 1
            rows = self.segments.index(self._number) if numbers else np.zeros(0, ROW)
            self._at = int(rows[-1]["end"]) if len(rows) else 0
            if self._at >= self.segments.segment_bytes:
                self._number, self._at = self._number + 1, 0
            path = self.segments.path(self._number)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            self._file = os.fdopen(descriptor, "r+b")
            self._file.truncate(self._at)
            self._file.seek(self._at)
        return self._file


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

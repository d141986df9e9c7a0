"""One employee out of a received file, as the full reader reads it."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from miroir.declaration import norm as norms
from miroir.declaration.grammar import Rubrique, decode, rubriques
from miroir.declaration.reading import Provenance, read_content, read_header
from miroir.declaration.refusals import Code
from miroir.declaration.tree import build
from miroir.source.segment_rows import Stored
from miroir.source.segments import Segments
from miroir.types.declaration import Declaration

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_EMPLOYEE = b"S21.G00.30."
_CHUNK = 1 << 14
_LONGEST_HEAD = 1 << 24
_KEPT = (b"S20.G00.05.", b"S21.G00.06.", b"S21.G00.11.")
_FILES_OPEN = 64
_HEADS_KEPT = 4096


class Spot(NamedTuple):
    """Where a declaration is: received file, first byte, norm «P26V01»."""

    record: int
    head: int
    norm: str


class Span(NamedTuple):
    """The lines of an employee: first byte in the received file, bytes."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Head:
    declaration: Declaration
    rubriques: list[Rubrique]


class Excerpts:
    """Reads employees by their place, few files open at a time."""

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self._stored: OrderedDict[int, Stored] = OrderedDict()
        self._files: OrderedDict[str, int] = OrderedDict()
        self._heads: OrderedDict[Spot, _Head] = OrderedDict()

    def stored(self, record: int) -> Stored:
        """Where a received file is; StoreError when it is lost or changed."""
        found = self._stored.get(record)
        if found is None:
            found = self.segments.stored(record)
            found.check()
            _remember(self._stored, record, found, _HEADS_KEPT)
        return found

    def declaration(self, spot: Spot, spans: Iterable[Span]) -> Declaration:
        """A declaration that holds these employees alone, in the file's order.

        Raises Refused at what the full reader refuses, its line counted from
        the first of the employees.
        """
        head = self._head(spot)
        spans = sorted(spans)
        body = b"".join(self._bytes(spot.record, *span) for span in spans)
        norm = norms.load(norms.table_for(spot.norm))
        root = build([*head.rubriques, *_lines(body)], norm, None)
        _, employees = read_content(root)
        return replace(head.declaration, employees=employees)

    def content(self, record: int) -> bytes:
        """A whole received file."""
        return self._bytes(record, 0, self.stored(record).length)

    def close(self) -> None:
        while self._files:
            os.close(self._files.popitem()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _head(self, spot: Spot) -> _Head:
        found = self._heads.get(spot)
        if found is None:
            found = self._read_head(spot)
            _remember(self._heads, spot, found, _HEADS_KEPT)
        return found

    def _read_head(self, spot: Spot) -> _Head:
        content, size = b"", _CHUNK
        while _EMPLOYEE not in content and len(content) < _LONGEST_HEAD:
            longer = self._bytes(spot.record, spot.head, size)
            if len(longer) == len(content):
                break
            content, size = longer, size * 4
        own = content.partition(_EMPLOYEE)[0].split(b"\n")
        kept = _lines(b"\n".join(line for line in own if line.startswith(_KEPT)))
        stored = self.stored(spot.record)
        provenance = Provenance(stored.name, stored.sha256, spot.norm, False)
        root = build(kept, norms.load(norms.table_for(spot.norm)), None)
        return _Head(read_header(root, provenance), kept)

    def _bytes(self, record: int, offset: int, length: int) -> bytes:
        stored = self.stored(record)
        length = min(length, stored.length - offset)
        path = stored.path
        descriptor = self._files.get(path)
        if descriptor is None:
            descriptor = os.open(path, os.O_RDONLY)
            self._files[path] = descriptor
            if len(self._files) > _FILES_OPEN:
                os.close(self._files.popitem(last=False)[1])
        return os.pread(descriptor, length, stored.offset + offset)


def _lines(content: bytes) -> list[Rubrique]:
    lines = rubriques(decode(content))
    return [line for line in lines if line.fault is not Code.BLANK_LINE]


def _remember(
    kept: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int
) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)

"""A large file as declarations whose usual employees wait in columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from miroir.declaration import norm as norms
from miroir.declaration.columns.codes import TOTAL
from miroir.declaration.columns.scan import Scan
from miroir.declaration.columns.tables import Batch, Declarations, Ints, Mask, Piece
from miroir.declaration.envelope import Splitter
from miroir.declaration.grammar import Text, line_end_of
from miroir.declaration.notes import Notes
from miroir.declaration.reader import DsnReading, read_lines
from miroir.large.declarations import Waiting, WaitingDeclaration
from miroir.large.observing import Observer
from miroir.large.remarks import merged
from miroir.large.shape import (
    ASKED,
    Collectors,
    Counts,
    Shapes,
    Sums,
    add_agreements,
    add_collectors,
    add_contributions,
    add_pay_days,
    texts_of,
)
from miroir.large.source import LargeFile, Span, complement
from miroir.recomputation.bulk.facts import facts_of
from miroir.recomputation.bulk.rows import MonthRows
from miroir.types.declaration import Declaration
from miroir.types.identity import PersonNumber
from miroir.types.source import ReceivedFile

_NORM = re.compile(rb"S10\.G00\.00\.006,'(P[0-9]{2}V[0-9]{2})'\r?\n")
_NORM_LINE = b"S10.G00.00.006,"
_HEAD = 1 << 14
_LAST_BYTE = np.uint64(56)
_HIGH_BITS = np.uint64(0x8080808080808080)


def read_large(file: ReceivedFile, *, accept_tests: bool = False) -> DsnReading | None:
    """What `read_dsn` gives, or None where only the full reader can tell."""
    source = _source(file)
    if source is None:
        return None
    columns = _Columns(source)
    declarations = columns.scan(accept_tests)
    if declarations is None or not columns.parts:
        return None
    rows = _Rows.of(columns, declarations)
    splitter = Splitter(Notes(file.name), partial=True)
    text = Text([], source.encoding, line_end_of(file.content))
    spans = complement(file.content, *rows.bounds())
    kept = source.rubriques(spans)
    reading = read_lines(file, text, kept, splitter, accept_tests)
    heads = reading.declarations
    if reading.refusals or [each.block.line for each in heads] != rows.heads:
        return None
    remarks = [each for each in columns.observer.remarks if rows.waits(each.offset)]
    notes = merged(splitter.notes, remarks, rows.heads, rows.end.line)
    return replace(
        reading,
        declarations=tuple(rows.declarations(source, columns, heads)),
        observations=notes.all(),
    )


def _source(file: ReceivedFile) -> LargeFile | None:
    """A file of one envelope, in a version of the norm that is read."""
    found = _NORM.search(file.content, 0, _HEAD)
    if found is None or file.content.count(_NORM_LINE) != 1:
        return None
    try:
        norm = norms.load(norms.table_for(found[1].decode("ascii")))
    except norms.UnreadableNorm:
        return None
    return LargeFile.of(file, norm)


@dataclass(slots=True)
class _Columns:
    """What the scan of a file gives; only employees who may wait are kept."""

    source: LargeFile
    observer: Observer = field(init=False)
    parts: list[tuple[MonthRows, Shapes]] = field(default_factory=list)
    sums: Sums = field(default_factory=dict)
    agreements: Counts = field(default_factory=dict)
    pay_days: Counts = field(default_factory=dict)
    collectors: Collectors = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.observer = Observer(self.source)

    def scan(self, accept_tests: bool) -> Declarations | None:
        file = self.source.file
        size = len(file.content)
        piece = Piece(
            name=file.name,
            path=Path(file.name),
            offset=0,
            length=size,
            content=file.content,
        )
        scan = Scan(
            [piece],
            wanted=ASKED,
            accept_tests=accept_tests,
            watch=self.observer.watch,
        )
        for batch in scan:
            self._add(batch)
            if scan.odd:
                return None
        return None if scan.odd else scan.declarations

    def _add(self, batch: Batch) -> None:
        rows = facts_of(batch)
        if len(rows) != len(batch.odd):
            return  # some belong to no declaration: the file is odd
        waits = ~batch.odd & _named(rows) & ~self._unusual(rows)
        add_contributions(batch, waits, self.sums)
        add_agreements(batch, waits, self.agreements)
        add_pay_days(batch, waits, self.pay_days)
        add_collectors(batch, waits, self.collectors)
        self.parts.append((rows.take(waits), Shapes.of(batch).take(waits)))

    def _unusual(self, rows: MonthRows) -> Mask:
        """Employees in whom some block is not as usual."""
        found = np.zeros(len(rows) + 1, bool)
        at = np.array(self.observer.unusual, np.int64)
        found[np.searchsorted(rows.offset, at, "right") - 1] = True
        self.observer.unusual.clear()
        return found[:-1]


def _named(rows: MonthRows) -> Mask:
    """Those whose NIR is told: plain characters, and not an NTT."""
    first, last = rows.person[:, 0], rows.person[:, -1]
    named: Mask = (first != 0) & (((first | last) & _HIGH_BITS) == 0)
    named &= last >> _LAST_BYTE == 0
    return named


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The employees of a file who wait, in order, and its declarations.

    `heads`: first line of each declaration, `starts`: its first byte; `end`:
    where the last one ends.
    """

    facts: MonthRows
    shapes: Shapes
    heads: list[int]
    starts: list[int]
    end: Span

    @classmethod
    def of(cls, columns: _Columns, declarations: Declarations) -> _Rows:
        facts = MonthRows.joined([facts for facts, _ in columns.parts])
        shapes = Shapes.joined([shapes for _, shapes in columns.parts])
        content = columns.source.file.content
        end = content.rfind(b"\n" + TOTAL.encode("ascii") + b".001,") + 1
        line = content.count(b"\n", 0, end) + 1
        return cls(
            facts=facts,
            shapes=shapes,
            heads=declarations.line.tolist(),
            starts=declarations.offset.tolist(),
            end=Span(end, len(content), line),
        )

    def bounds(self) -> tuple[Sequence[int], Sequence[int]]:
        offset = self.facts.offset
        return offset.tolist(), (offset + self.facts.length).tolist()

    def waits(self, offset: int) -> bool:
        """Whether a byte is one of an employee who waits."""
        rank = int(np.searchsorted(self.facts.offset, offset, "right")) - 1
        facts = self.facts
        return rank >= 0 and offset < int(facts.offset[rank] + facts.length[rank])

    def declarations(
        self, source: LargeFile, columns: _Columns, heads: Sequence[Declaration]
    ) -> Iterator[Declaration]:
        stops = [*self.starts[1:], self.end.start]
        persons = [
            PersonNumber(text.decode("ascii")) for text in texts_of(self.facts.person)
        ]
        for number, head in enumerate(heads):
            own = self.facts.declaration == number
            first, last = _run(own)
            sums = columns.sums.get(number, {})
            waiting = Waiting(
                source=source,
                head=head,
                extent=Span(self.starts[number], stops[number], self.heads[number]),
                facts=self.facts.take(own),
                shapes=self.shapes.take(own),
                persons=persons[first:last],
                sums={source.text(code): cents for code, cents in sums.items()},
                agreements=_texts(source, columns.agreements.get(number)),
                pay_days=_texts(source, columns.pay_days.get(number)),
                collectors=frozenset(
                    map(source.text, columns.collectors.get(number, ()))
                ),
            )
            yield WaitingDeclaration.of(waiting)


def _texts(source: LargeFile, counts: Counter[bytes] | None) -> dict[str, int]:
    return {source.text(each): times for each, times in (counts or {}).items()}


def _run(own: Mask) -> tuple[int, int]:
    """Where the rows of a declaration, which follow each other, start and end."""
    where: Ints = np.flatnonzero(own)
    return (int(where[0]), int(where[-1]) + 1) if len(where) else (0, 0)

"""From pieces to rows: the scanner where it is sure, the full reader elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from miroir.declaration.columns.scan import Opened, Scan
from miroir.declaration.columns.tables import Batch, Ints, Mask, Odd, Piece
from miroir.declaration.reader import read_dsn
from miroir.declaration.refusals import Refused
from miroir.operations.bulk.excerpts import Excerpts, Span, Spot
from miroir.operations.bulk.pairs import FIRST, SECOND
from miroir.operations.bulk.spill import ROW, Spill, records_of
from miroir.recomputation.bulk.calendar import number_of, number_of_day
from miroir.recomputation.bulk.compiled import Told, facts_loop
from miroir.recomputation.bulk.facts import EMPLOYEE, facts_of
from miroir.store.bulk.names import PERSON_WORDS, text_of, words_of
from miroir.store.bulk.records import Records, chosen, joined
from miroir.types.declaration import Declaration
from miroir.types.source import ReceivedFile, Refusal

DECLARATION = np.dtype(
    [
        *(
            (name, "<i8")
            for name in (
                "piece",
                "line",
                "offset",
                "siren",
                "siret",
                "period",
                "fraction",
                "order",
                "kind",
                "nature",
                "filed_on",
            )
        ),
        ("norm", "<u8"),
        ("read", "?"),
    ]
)
"""A declaration of a scan, by its number; `read`: to be counted with."""
Rows = tuple[Records, Mask, Ints]
"""Records of ROW, which of them are odd, and the SIRET of each."""
_LAST_BYTE = np.uint64(56)


@dataclass(slots=True)
class Scanned:
    """What pieces hold. `refusals`: what was not taken, and why."""

    pieces: Sequence[Piece]
    records: Sequence[int]
    declarations: Records
    spill: Spill
    refusals: list[Refusal] = field(default_factory=list)

    def add(self, rows: Records) -> None:
        """Rows of declarations that were read in full."""
        self.spill.add(rows, self.declarations["siret"][rows["declaration"]])

    def spot(self, number: int) -> Spot:
        found = self.declarations[number]
        norm = text_of(np.array([found["norm"]], np.uint64))
        return Spot(self.records[found["piece"]], int(found["offset"]), norm)


def scanned(
    pieces: Sequence[Piece],
    records: Sequence[int],
    excerpts: Excerpts,
    spill: Spill,
) -> Scanned:
    """Scan pieces; their rows go to the spill. `records`: their numbers."""
    scan = Scan(pieces)
    unclear = []
    for told in scan.told(_told):
        rows, odd, siret = _of_batch(told) if isinstance(told, Batch) else told
        left = odd | _unnamed(rows)
        if left.any():
            unclear.append(chosen(rows, left))
            rows, siret = chosen(rows, ~left), siret[~left]
        spill.add(rows, siret)
    heads = scan.declarations
    declarations = np.zeros(len(heads), DECLARATION)
    for name in DECLARATION.names or ():
        declarations[name] = (
            heads.sure & ~heads.test if name == "read" else getattr(heads, name)
        )
    found = Scanned(pieces, records, declarations, spill)
    if unclear:
        _read_employees(found, joined(unclear), excerpts)
    for piece in scan.odd:
        _read_piece(found, piece, excerpts)
    return found


def _told(opened: Opened) -> Rows | None:
    """By the compiled loop, where it can tell."""
    loop = facts_loop()
    if loop is None:
        return None
    rows = np.zeros(len(opened.declaration), ROW)
    told = loop.tell(opened, rows)
    if told is None:
        return None
    found = rows, told.odd, opened.siret
    return _with_pairs(found, told) if len(told.owner) else found


def _with_pairs(given: Rows, told: Told) -> Rows:
    """The rows, those of two contracts in the place of their employee's own."""
    rows, odd, siret = given
    named = ~_unnamed(told.pairs[::2])
    owner, pairs = told.owner[named], chosen(told.pairs, np.repeat(named, 2))
    pairs["part"] = np.tile([FIRST, SECOND], len(owner))
    alone = np.ones(len(rows), bool)
    alone[owner] = False
    return (
        joined([chosen(rows, alone), pairs]),
        np.append(odd[alone], np.repeat(odd[owner], 2)),
        np.append(siret[alone], np.repeat(siret[owner], 2)),
    )


def _of_batch(batch: Batch) -> Rows:
    rows, odd, siret = records_of(facts_of(batch)), batch.odd, batch.siret
    if len(rows) < len(odd):
        # Those of files that hold no declaration are not among the facts.
        held = batch.tables[EMPLOYEE].parent >= 0
        odd, siret = odd[held], siret[held]
    return rows, odd, siret


def _unnamed(rows: Records) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows whose person is not told, or perhaps cut: an NTT has 40 characters."""
    words = rows["person"]
    return np.asarray((words[:, 0] == 0) | (words[:, -1] >> _LAST_BYTE != 0))


def _read_employees(found: Scanned, rows: Records, excerpts: Excerpts) -> None:
    """Read some employees in full: what the reader refuses, it refuses with
    the whole declaration."""
    kept = []
    for row in rows:
        number = int(row["declaration"])
        if not found.declarations[number]["read"]:
            continue
        spot = found.spot(number)
        span = Span(int(row["offset"]), int(row["length"]))
        try:
            (employee,) = excerpts.declaration(spot, [span]).employees
        except Refused as refused:
            found.declarations[number]["read"] = False
            refused.line += int(row["line"]) - 1
            found.refusals.append(refused.at(excerpts.stored(spot.record).name))
            continue
        row["person"] = words_of(employee.person.reveal(), PERSON_WORDS)
        row["sure"] = False
        kept.append(row)
    if kept:
        found.add(np.array(kept, ROW))


def _read_piece(found: Scanned, odd: Odd, excerpts: Excerpts) -> None:
    """Read a whole file in full."""
    record = found.records[odd.rank]
    content = excerpts.content(record)
    reading = read_dsn(ReceivedFile.of(excerpts.stored(record).name, content))
    found.refusals.extend(reading.refusals)
    starts = _line_starts(content)
    for declaration in reading.declarations:
        number = len(found.declarations)
        head = _head(declaration, odd.rank, starts)
        found.declarations = np.append(found.declarations, head)
        rows = [_row(number, *each) for each in _spans(declaration, starts)]
        if rows:
            found.add(joined(rows))


def _line_starts(content: bytes) -> list[int]:
    return [0, *(match.end() for match in re.finditer(b"\n", content)), len(content)]


def _head(declaration: Declaration, rank: int, starts: Sequence[int]) -> Records:
    head = np.zeros(1, DECLARATION)
    line = declaration.block.line
    filed = declaration.filed_on
    values = {
        "piece": rank,
        "line": line,
        "offset": starts[line - 1],
        "siren": int(declaration.siren),
        "siret": int(declaration.siret),
        "period": number_of(declaration.period),
        "fraction": int(declaration.fraction),
        "order": declaration.order,
        "kind": int(declaration.kind.value),
        "nature": int(declaration.nature),
        "filed_on": -1 if filed is None else number_of_day(filed),
        "norm": words_of(declaration.norm, 1)[0],
        "read": True,
    }
    for name, value in values.items():
        head[name] = value
    return head


def _spans(
    declaration: Declaration, starts: Sequence[int]
) -> Iterator[tuple[str, int, int, int]]:
    """Person, line, offset and length of each employee."""
    last = max(
        block.rubriques[-1][2] for block in declaration.block.walk() if block.rubriques
    )
    lines = [employee.block.line for employee in declaration.employees]
    for employee, line, following in zip(
        declaration.employees, lines, [*lines[1:], last + 1], strict=True
    ):
        offset = starts[line - 1]
        yield employee.person.reveal(), line, offset, starts[following - 1] - offset


def _row(number: int, person: str, line: int, offset: int, length: int) -> Records:
    row = np.zeros(1, ROW)
    row["declaration"], row["line"] = number, line
    row["person"] = words_of(person, PERSON_WORDS)
    row["offset"], row["length"] = offset, length
    return row

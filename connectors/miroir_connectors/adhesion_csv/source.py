"""The CSV file of adhesion conditions: rows taken and rows refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from miroir import (
    AdhesionCondition,
    AdhesionReading,
    AdhesionSource,
    CollectRequest,
    ReceivedFile,
    Refusal,
    RowsRefused,
)

from miroir_connectors.kinds.adhesion import COLUMNS, OPTIONAL, Row, gather
from miroir_connectors.mapping.columns import positions, refuse_repeated
from miroir_connectors.one_file import read_file


@dataclass(frozen=True, kw_only=True)
class AdhesionCsv(AdhesionSource):
    """One CSV file: `;`, UTF-8 (with a BOM or not), a header."""

    path: Path

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the file, whole: it is small."""
        yield read_file(self.path, "path")

    def read(self, file: ReceivedFile) -> AdhesionReading:
        """Take the rows that are right, refuse the others one by one."""
        lines = _rows(file)
        _, header = next(lines, (1, []))
        order = _order(file.name, header)
        return gather(_read(file.name, line, cells, order) for line, cells in lines)


def _rows(file: ReceivedFile) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they begin on; blank lines are not rows."""
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.content.count(b"\n", 0, error.start) + 1
        raise RowsRefused(
            f"{file.name}:{line}: not UTF-8 text. Save the file as «CSV UTF-8»."
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise RowsRefused(
            f"{file.name}:{line}: not readable as CSV ({error}). "
            "A quote is opened and not closed, or followed by text."
        ) from error


def _order(file: str, header: Sequence[str]) -> list[str]:
    """The column of each cell; RowsRefused unless all are there, once."""
    found = positions(header, {**COLUMNS, **OPTIONAL})
    refuse_repeated(file, header, found)
    missing = [column for column in COLUMNS if not found[column]]
    known = {place for places in found.values() for place in places}
    unknown = [name for i, name in enumerate(header) if i not in known]
    if missing or unknown:
        raise RowsRefused(_explain(file, missing, unknown))
    by_place = {places[0]: column for column, places in found.items() if places}
    return [by_place[place] for place in range(len(header))]


def _explain(file: str, missing: list[str], unknown: list[str]) -> str:
    parts = [f"{file}:1: these are not the columns of adhesion conditions."]
    if missing:
        named = (f"{name} (or {', '.join(COLUMNS[name])})" for name in missing)
        parts.append(f"Missing: {'; '.join(named)}.")
    if unknown:
        parts.append(f"Unknown: {', '.join(f'«{name}»' for name in unknown)}.")
    if len(missing) == len(COLUMNS):
        parts.append("Is the delimiter «;», and is the header the first line?")
    parts.append(f"Expected: {';'.join(COLUMNS)}")
    return " ".join(parts)


def _read(
    file: str, line: int, cells: Sequence[str], order: Sequence[str]
) -> AdhesionCondition | Refusal:
    if len(cells) != len(order):
        return Refusal(
            file=file,
            line=line,
            code="ADHESION_CELLULES",
            reason=f"{len(cells)} cells where the header has {len(order)}",
            remedy="Give every column, empty if need be; quote a cell holding «;».",
        )
    return Row(dict(zip(order, cells, strict=True)), file, line).condition()

"""The layout of a table file: which columns, where; an unknown one is refused.

A header is looked for, titles may stand above it; or, when the columns have
places, the file is of fixed width and has no header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from miroir import ReceivedFile, Refusal, RowsRefused

from miroir_connectors.mapping.cells import Cells
from miroir_connectors.mapping.column import Column
from miroir_connectors.mapping.columns import plain, positions, refuse_repeated
from miroir_connectors.mapping.widths import (
    NAMES_A_COMPANY,
    Widths,
    check_widths,
    cut_lines,
)
from miroir_connectors.records.container import Container
from miroir_connectors.records.row import Cell, Row, Unread, as_text

_HEADER_WITHIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is known of the columns of a file.

    `known`: every column and its usual names; `described`: what the GPS says
    of its own; `required`: a file without them is refused, beside a SIREN or
    a SIRET. `prefix` begins the codes of the refusals. `key`: the column that
    tells one row from another, beside its line.
    """

    known: Mapping[str, tuple[str, ...]]
    prefix: str
    described: Mapping[str, Column]
    required: Sequence[str] = ()
    widths: Widths | None = None
    whole_cents: bool = False
    container: Container = field(default_factory=Container)
    key: str = ""

    @property
    def names(self) -> Mapping[str, str]:
        """The columns that have a name of the GPS's own."""
        return {c: each.name for c, each in self.described.items() if each.name}

    def check(self) -> None:
        """Raise ValueError when the configuration of the layout is not one."""
        for key, given in (
            ("columns", self.described),
            ("required", self.required),
            ("widths", self.widths or {}),
        ):
            unknown = sorted({*given} - {*self.known})
            if unknown:
                raise ValueError(
                    f"`{key}` holds {', '.join(unknown)}; "
                    f"expected among {', '.join(self.known)}"
                )
        for column, each in self.described.items():
            each.check(column)
        self.container.check()
        if self.widths is not None:
            check_widths(self.widths, [c for c in self.required if not self._always(c)])

    def read(self, file: ReceivedFile) -> Iterator[Cells | Refusal]:
        """The rows in their order; raises RowsRefused for an unknown layout."""
        if self.widths is not None:
            yield from self._cut(file, self.widths)
            return
        table = self.container.read(file, self._known_in)
        if table.header is not None:
            header, body = table.header, table.rows
            if header:  # a list of nothing has no columns, and is not wrong
                self._require_company(file.name, [header])
        else:
            every = [row for row in table.rows if isinstance(row, Row)]
            start = self._header(file.name, every)
            header, body = [as_text(c) for c in every[start].cells], every[start + 1 :]
        places = self._places(file.name, header) if header else {}
        names = _unique(header)
        for row in body:
            yield self._cells(file.name, row, places, names)

    def _cells(
        self,
        file: str,
        row: Row | Unread,
        places: Mapping[str, int],
        names: Sequence[str],
    ) -> Cells | Refusal:
        if isinstance(row, Unread):
            return self._refused(file, row)
        if any(cell != "" for cell in row.cells[len(names) :]):
            return self._too_long(file, row.line, len(row.cells), len(names))
        whole = dict(zip(names, map(as_text, row.cells), strict=False))
        place = f"{self.key} {whole.get(self.key, '')[:40]}" if self.key else row.place
        return Cells(
            cells={c: row.cells[p] for c, p in places.items() if p < len(row.cells)},
            row=whole,
            file=file,
            line=row.line,
            whole_cents=self.whole_cents,
            described=self.described,
            place=place,
        )

    def _cut(self, file: ReceivedFile, widths: Widths) -> Iterator[Cells | Refusal]:
        """Lines of fixed width; a line that is too short is refused."""
        for line in cut_lines(file, widths, self.container.encoding):
            if isinstance(line, Unread):
                yield self._refused(file.name, line)
                continue
            (whole, *cut) = line.cells
            yield Cells(
                cells=dict(zip(widths, cut, strict=True)),
                row={"ligne": as_text(whole)},
                file=file.name,
                line=line.line,
                whole_cents=self.whole_cents,
                described=self.described,
            )

    def _always(self, column: str) -> bool:
        described = self.described.get(column)
        return described is not None and described.always is not None

    def _wanted(self) -> Mapping[str, tuple[str, ...]]:
        return {
            column: (self.names[column],) if column in self.names else aliases
            for column, aliases in self.known.items()
            if not self._always(column)
        }

    def _found(self, header: Sequence[Cell]) -> dict[str, list[int]]:
        names = [as_text(cell) for cell in header]
        found = dict(positions(names, self._wanted()))
        for column, name in self.names.items():
            exact = [i for i, cell in enumerate(names) if cell == name]
            found[column] = exact or [
                i for i, cell in enumerate(names) if plain(cell) == plain(name)
            ]
        return found

    def _known_in(self, header: Sequence[Cell]) -> int:
        found = self._found(header)
        named = any(found.get(column) for column in NAMES_A_COMPANY)
        return sum(map(bool, found.values())) if named else 0

    def _header(self, file: str, every: Sequence[Row]) -> int:
        """Which row names the columns; titles may stand above it."""
        head = [row.cells for row in every[:_HEADER_WITHIN]]
        self._require_company(file, head)
        scores = [self._known_in(cells) for cells in head]
        return scores.index(max(scores))

    def _require_company(self, file: str, head: Sequence[Sequence[Cell]]) -> None:
        """Raise RowsRefused when no row names a column of SIREN or SIRET."""
        if not any(self._known_in(cells) for cells in head):
            # The row with the most cells is the likeliest header.
            widest = max(head, key=len, default=[])
            raise RowsRefused(
                f"{file}:1: no column of SIREN, nor of SIRET. " + self._missing(widest)
            )

    def _places(self, file: str, header: Sequence[str]) -> Mapping[str, int]:
        found = self._found(header)
        refuse_repeated(file, header, found)
        gone = [name for column, name in self.names.items() if not found[column]]
        if gone:
            raise RowsRefused(
                f"{file}: the columns {', '.join(f'«{name}»' for name in gone)}, "
                "named in the configuration, are not there. " + self._missing(header)
            )
        if any(not found.get(column, True) for column in self.required):
            raise RowsRefused(
                f"{file}: columns that the configuration requires are not there. "
                + self._missing(header)
            )
        return {column: places[0] for column, places in found.items() if places}

    def _missing(self, header: Sequence[Cell]) -> str:
        """What is missing, what was found, what is known, what to do."""
        found, wanted = self._found(header), self._wanted()
        needed = [column for column in self.required if not found.get(column, True)]
        if not any(found.get(column) for column in NAMES_A_COMPANY):
            needed = [
                "siren or siret",
                *(c for c in needed if c not in NAMES_A_COMPANY),
            ]
        others = [
            column
            for column, places in found.items()
            if not places and column not in (*self.required, *NAMES_A_COMPANY)
        ]
        seen = ", ".join(f"«{as_text(cell)}»" for cell in header) or "none"
        lines = [
            f"Missing: {', '.join(needed) or ', '.join(self.names)}.",
            f"Not found either: {', '.join(others)}." if others else "",
            f"Columns found: {seen}.",
            "Names known: "
            + "; ".join(
                f"{column}: {', '.join((column, *wanted[column]))}"
                for column, places in found.items()
                if not places
            )
            + ".",
            'Give yours in the configuration: [sources.<name>.columns] siren = "…".',
        ]
        return " ".join(filter(None, lines))

    def _refused(self, file: str, row: Unread) -> Refusal:
        return Refusal(
            file=file,
            line=row.line,
            code=f"{self.prefix}_{row.code}",
            reason=f"{row.place}: {row.reason}" if row.place else row.reason,
            remedy=row.remedy,
        )

    def _too_long(self, file: str, line: int, cells: int, columns: int) -> Refusal:
        return Refusal(
            file=file,
            line=line,
            code=f"{self.prefix}_CELLULES",
            reason=f"{cells} cells where the header has {columns}",
            remedy="Quote a cell that holds the delimiter.",
        )


def _unique(names: Sequence[str]) -> list[str]:
    """Names of columns, numbered where one comes again, so that none is lost."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique

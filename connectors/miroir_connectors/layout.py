"""The layout of a table file: which columns, where; an unknown one is refused.

A header is looked for, titles may stand above it; or, when the columns have
places, the file is of fixed width and has no header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from miroir import ReceivedFile, Refusal, RowsRefused

from miroir_connectors.cells import Cells
from miroir_connectors.columns import plain, positions, refuse_repeated
from miroir_connectors.sheet import Cell, as_text, rows, text_lines

_HEADER_WITHIN = 20
_NAMES_A_COMPANY = ("siren", "siret")

Widths = Mapping[str, tuple[int, int]]
"""For each column the place of its first character, from 1, and its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is known of the columns of a file.

    `known`: every column and its usual names; `names`: the GPS's own ones;
    `required`: a file without them is refused, beside a SIREN or a SIRET.
    `prefix` begins the codes of the refusals.
    """

    known: Mapping[str, tuple[str, ...]]
    prefix: str
    names: Mapping[str, str]
    required: Sequence[str] = ()
    widths: Widths | None = None
    whole_cents: bool = False
    sheet: str = ""

    def check(self) -> None:
        """Raise ValueError when the configuration of the layout is not one."""
        for key, given in (
            ("columns", self.names),
            ("required", self.required),
            ("widths", self.widths or {}),
        ):
            unknown = sorted({*given} - {*self.known})
            if unknown:
                raise ValueError(
                    f"`{key}` holds {', '.join(unknown)}; "
                    f"expected among {', '.join(self.known)}"
                )
        if self.widths is not None:
            _check_widths(self.widths, self.required)

    def read(self, file: ReceivedFile) -> Iterator[Cells | Refusal]:
        """The rows in their order; raises RowsRefused for an unknown layout."""
        if self.widths is not None:
            yield from self._cut(file, self.widths)
            return
        every = list(rows(file, self.sheet, self._known_in))
        start, header = self._header(file.name, every)
        places = self._places(file.name, header)
        names = _unique([as_text(cell) for cell in header])
        for number, cells in every[start + 1 :]:
            if any(cell != "" for cell in cells[len(header) :]):
                yield self._too_long(file.name, number, len(cells), len(header))
                continue
            texts = [as_text(cell) for cell in cells]
            yield Cells(
                cells={c: cells[p] for c, p in places.items() if p < len(cells)},
                row=dict(zip(names, texts, strict=False)),
                file=file.name,
                line=number,
                whole_cents=self.whole_cents,
            )

    def _cut(self, file: ReceivedFile, widths: Widths) -> Iterator[Cells | Refusal]:
        """Lines of fixed width; a line that is too short is refused."""
        length = max(start + count - 1 for start, count in widths.values())
        for number, text in text_lines(file):
            if len(text) < length:
                yield Refusal(
                    file=file.name,
                    line=number,
                    code=f"{self.prefix}_LARGEUR",
                    reason=f"{len(text)} characters where the layout has {length}",
                    remedy="Correct the key `widths`, or ask for the whole line.",
                )
                continue
            cut = {
                column: text[start - 1 : start - 1 + count].strip()
                for column, (start, count) in widths.items()
            }
            yield Cells(
                cells=cut,
                row={"ligne": text},
                file=file.name,
                line=number,
                whole_cents=self.whole_cents,
            )

    def _wanted(self) -> Mapping[str, tuple[str, ...]]:
        return {
            column: (self.names[column],) if column in self.names else aliases
            for column, aliases in self.known.items()
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
        named = found["siren"] or found["siret"]
        return sum(map(bool, found.values())) if named else 0

    def _header(
        self, file: str, every: Sequence[tuple[int, list[Cell]]]
    ) -> tuple[int, list[Cell]]:
        """The row that names the columns; titles may stand above it."""
        head = every[:_HEADER_WITHIN]
        scores = [self._known_in(cells) for _, cells in head]
        if not any(scores):
            # The row with the most cells is the likeliest header.
            widest = max((cells for _, cells in head), key=len, default=[])
            raise RowsRefused(
                f"{file}:1: no column of SIREN, nor of SIRET. " + self._missing(widest)
            )
        best = scores.index(max(scores))
        return best, head[best][1]

    def _places(self, file: str, header: Sequence[Cell]) -> Mapping[str, int]:
        found = self._found(header)
        names = [as_text(cell) for cell in header]
        refuse_repeated(file, names, found)
        gone = [name for column, name in self.names.items() if not found[column]]
        if gone:
            raise RowsRefused(
                f"{file}: the columns {', '.join(f'«{name}»' for name in gone)}, "
                "named in the configuration, are not there. " + self._missing(header)
            )
        if any(not found[column] for column in self.required):
            raise RowsRefused(
                f"{file}: columns that the configuration requires are not there. "
                + self._missing(header)
            )
        return {column: places[0] for column, places in found.items() if places}

    def _missing(self, header: Sequence[Cell]) -> str:
        """What is missing, what was found, what is known, what to do."""
        found, wanted = self._found(header), self._wanted()
        needed = [column for column in self.required if not found[column]]
        if not any(found[column] for column in _NAMES_A_COMPANY):
            needed = [
                "siren or siret",
                *(c for c in needed if c not in _NAMES_A_COMPANY),
            ]
        others = [
            column
            for column, places in found.items()
            if not places and column not in (*self.required, *_NAMES_A_COMPANY)
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

    def _too_long(self, file: str, line: int, cells: int, columns: int) -> Refusal:
        return Refusal(
            file=file,
            line=line,
            code=f"{self.prefix}_CELLULES",
            reason=f"{cells} cells where the header has {columns}",
            remedy="Quote a cell that holds the delimiter.",
        )


def refuse_misfit(file: ReceivedFile, taken: int, refused: int, layout: Layout) -> None:
    """Raise RowsRefused when no line of a fixed-width file fits its widths."""
    if layout.widths is None or taken or not refused:
        return
    places = ", ".join(
        f"{column} {start}–{start + count - 1}"
        for column, (start, count) in layout.widths.items()
    )
    raise RowsRefused(
        f"{file.name}: none of its {refused} lines fits the layout of the "
        f"configuration ({places}). Correct [sources.<name>.widths]."
    )


def _check_widths(widths: Widths, required: Sequence[str]) -> None:
    if not widths.keys() & {*_NAMES_A_COMPANY}:
        raise ValueError("`widths` places neither siren nor siret")
    missing = sorted({*required} - widths.keys())
    if missing:
        raise ValueError(f"`widths` does not place {', '.join(missing)}, required")
    for column, (start, count) in widths.items():
        if start < 1 or count < 1:
            raise ValueError(
                f"`widths.{column}` is [first character from 1, length], such as [1, 9]"
            )


def _unique(names: Sequence[str]) -> list[str]:
    """Names of columns, numbered where one comes again, so that none is lost."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique

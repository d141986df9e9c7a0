"""Lines of fixed width: where each column stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from miroir import ReceivedFile, RowsRefused

from miroir_connectors.records.row import Row, Unread
from miroir_connectors.records.text import text_lines

Widths = Mapping[str, tuple[int, int]]
"""For each column the place of its first character, from 1, and its length."""

NAMES_A_COMPANY = ("siren", "siret")


def cut_lines(
    file: ReceivedFile, widths: Widths, encoding: str
) -> Iterator[Row | Unread]:
    """The line, then its cells in the order of `widths`."""
    length = max(start + count - 1 for start, count in widths.values())
    for number, text in text_lines(file, encoding):
        if len(text) < length:
            yield Unread(
                line=number,
                code="LARGEUR",
                reason=f"{len(text)} characters where the layout has {length}",
                remedy="Correct the key `widths`, or ask for the whole line.",
            )
            continue
        cut = [text[at - 1 : at - 1 + count].strip() for at, count in widths.values()]
        yield Row(line=number, cells=[text, *cut])


def refuse_misfit(file: ReceivedFile, taken: int, refused: int, widths: Widths) -> None:
    """Raise RowsRefused when no line of a fixed-width file fits its widths."""
    if not widths or taken or not refused:
        return
    places = ", ".join(
        f"{column} {start}–{start + count - 1}"
        for column, (start, count) in widths.items()
    )
    raise RowsRefused(
        f"{file.name}: none of its {refused} lines fits the layout of the "
        f"configuration ({places}). Correct [sources.<name>.widths]."
    )


def check_widths(widths: Widths, required: Sequence[str]) -> None:
    """Raise ValueError when these places cannot be."""
    if not widths.keys() & {*NAMES_A_COMPANY}:
        raise ValueError("`widths` places neither siren nor siret")
    missing = sorted({*required} - widths.keys())
    if missing:
        raise ValueError(f"`widths` does not place {', '.join(missing)}, required")
    for column, (start, count) in widths.items():
        if start < 1 or count < 1:
            raise ValueError(
                f"`widths.{column}` is [first character from 1, length], such as [1, 9]"
            )

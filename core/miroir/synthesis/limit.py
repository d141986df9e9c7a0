"""A text within the limit of a field: whole sentences, or none."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from miroir.errors import MiroirError
from miroir.synthesis.french import sentences


class Unit(StrEnum):
    """What the limit of a field counts."""

    CHARACTERS = "characters"
    UTF_8 = "utf-8"
    ISO_8859_1 = "iso-8859-1"


class LimitTooSmall(MiroirError):
    """Not one sentence fits in the limit."""


class NotInEncoding(MiroirError):
    """A character does not exist in the encoding of the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text that fits; `left_out`: the sentences that there was no room for."""

    text: str
    left_out: tuple[str, ...]


_IN_ISO = {
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EM DASH}": "-",
    "\N{EN DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EURO SIGN}": "EUR",
    "\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}",
    "œ": "oe",
    "Œ": "OE",
    "Ÿ": "Y",
}


def size(text: str, unit: Unit) -> int:
    """Characters, or bytes in an encoding; raises NotInEncoding."""
    if unit is Unit.CHARACTERS:
        return len(text)
    try:
        return len(text.encode(unit))
    except UnicodeEncodeError as error:
        name = unicodedata.name(text[error.start], "unnamed")
        raise NotInEncoding(f"{name} does not exist in {unit}") from error


def in_iso(text: str) -> str:
    """The same in ISO-8859-1: € is written EUR, œ is written oe."""
    return "".join(_IN_ISO.get(one, one) for one in text)


def cut(text: str, limit: int | None, unit: Unit = Unit.CHARACTERS) -> Cut:
    """The first sentences of `text` that fit in `limit`, joined by a space.

    The order is that of importance: nothing after a sentence that does not fit
    is kept. Raises LimitTooSmall when the first one does not, NotInEncoding.
    """
    written = in_iso(text) if unit is Unit.ISO_8859_1 else text
    found = sentences(written)
    kept = len(found) if limit is None else _fitting(found, limit, unit)
    if found and not kept:
        need = size(found[0], unit)
        raise LimitTooSmall(
            f"Not one sentence fits in {limit} ({unit}): the first one takes {need}."
            " Raise the limit, or shorten record.txt.j2."
        )
    return Cut(text=" ".join(found[:kept]), left_out=tuple(found[kept:]))


def _fitting(found: Sequence[str], limit: int, unit: Unit) -> int:
    taken, kept = 0, 0
    for sentence in found:
        taken += size(sentence, unit) + (1 if kept else 0)
        if taken > limit:
            break
        kept += 1
    return kept

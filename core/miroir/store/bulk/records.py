"""What a month keeps: arrays of records, one Parquet column per field.

Amounts are cents, days ten-thousandths of a day, dates days since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from miroir.recomputation.bulk.rows import Sums
from miroir.types.calculation import Basis

Records = NDArray[np.void]


class Judged(IntEnum):
    """`basis` of a line. PLACE: only where an employee's lines are."""

    PLACE = 0
    CUMULATED = 1
    DECLARED_BASES = 2
    ESTIMATED = 3
    NOT_COMPUTED = 4


JUDGED = {basis: Judged[basis.name] for basis in Basis}

AMOUNTS = ("131", "132", "106")
_WHO = [("siret", "<i8"), ("person", "<u8"), ("contract", "<u8")]
_FIGURES = [
    ("basis", "u1"),
    *((f"declared_{code}", "<i8") for code in AMOUNTS),
    *((f"gap_{code}", "<i8") for code in AMOUNTS),
    ("declared_t1", "<i8"),
    ("declared_gross", "<i8"),
    ("ceiling", "<i8"),
    ("t1", "<i8"),
    ("t2", "<i8"),
    ("cet", "<i8"),
    ("apec", "<i8"),
    ("exempted", "<i8"),
    ("days", "<i4"),
]
_SUMS = [
    (f"sum_{each.name}", "?" if each.type == "Mask" else "<i8") for each in fields(Sums)
]
_WHERE = [
    ("record", "<i8"),
    ("head", "<i8"),
    ("offset", "<i8"),
    ("length", "<i4"),
    ("line", "<i4"),
    ("norm", "<u8"),
]
FIGURES = tuple(name for name, _ in _FIGURES)
SUMS = tuple(name for name, _ in _SUMS)
WHERE = tuple(name for name, _ in _WHERE)

LINE = np.dtype([*_WHO, ("start", "<i4"), *_FIGURES, ("sure", "?"), *_SUMS, *_WHERE])
"""A line of the month, the sums after it, and where it was declared.

`sure`: the sums go on next month; otherwise the whole year is read again.
`record`: the received file; `head`, `offset`, `length`: in it, the first byte
of the declaration, the employee's first byte, and bytes; `norm`: «P26V01»."""
REVISION = np.dtype(
    [*_WHO, ("rank", "<i4"), ("period", "<i4"), ("withdrawn", "?"), *_FIGURES]
)
"""A line of another month, as the declarations of this one change it. `rank`:
among the lines of that month with the same contract's number."""
KNOWN = np.dtype([("siret", "<i8"), ("person", "<u8"), ("sure", "?")])
"""Someone declared earlier in the year and not this month. `sure` is False
when an earlier month of theirs had to be read in full."""
GAP = np.dtype(
    [
        ("period", "<i4"),
        ("siret", "<i8"),
        ("person", "<u8"),
        ("pseudonym", "S18"),
        ("contract", "<u8"),
        ("basis", "u1"),
        *((f"declared_{code}", "<i8") for code in AMOUNTS),
        *((f"due_{code}", "<i8") for code in AMOUNTS),
    ]
)


class Kind(StrEnum):
    """The kinds of parts of a month."""

    LINES = "lines"
    REVISIONS = "revisions"
    KNOWN = "known"
    GAPS = "gaps"


DTYPES = {
    Kind.LINES: LINE,
    Kind.REVISIONS: REVISION,
    Kind.KNOWN: KNOWN,
    Kind.GAPS: GAP,
}


def chosen(records: Records, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Records:
    """Some records, in the order asked for.

    By their bytes: numpy would go field by field, twenty times slower.
    """
    whole = records.view(f"V{records.dtype.itemsize}")
    found: Records = whole[rows].view(records.dtype)
    return found


def joined(pieces: Sequence[Records]) -> Records:
    """The records of at least one piece, one after the other; by their bytes."""
    dtype = pieces[0].dtype
    whole = np.concatenate([piece.view(f"V{dtype.itemsize}") for piece in pieces])
    found: Records = whole.view(dtype)
    return found


def total_gap(records: Records) -> NDArray[np.int64]:
    """Declared minus due of each line, in cents."""
    total = np.zeros(len(records), np.int64)
    for code in AMOUNTS:
        total += records[f"gap_{code}"]
    return total

"""Lines of the rows that the columns alone tell."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from miroir.operations.bulk.pairs import ALONE, SECOND
from miroir.privacy import Keys
from miroir.recomputation.bulk.rows import MonthDue, Sums
from miroir.store.bulk.names import Namer, text_of
from miroir.store.bulk.records import (
    AMOUNTS,
    GAP,
    SUMS,
    WHERE,
    Judged,
    Records,
    total_gap,
)
from miroir.types.amounts import Cents
from miroir.types.identity import PersonNumber


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Records of LINE and of GAP."""

    lines: Records
    gaps: Records


@dataclass(frozen=True, slots=True)
class SureLines:
    """`tolerance` in cents."""

    period: int
    namer: Namer
    keys: Keys
    tolerance: Cents

    def told(self, rows: Records, where: Records, due: MonthDue, after: Sums) -> Told:
        """`where`: records of LINE that already say who and where, completed."""
        lines = where
        lines["start"], lines["sure"] = rows["start"], True
        lines["basis"] = Judged.CUMULATED
        declared = (due.declared_131, rows["declared_132"], rows["declared_106"])
        owed = (due.due_131, due.due_132, due.due_106)
        for code, said, right in zip(AMOUNTS, declared, owed, strict=True):
            lines[f"declared_{code}"], lines[f"gap_{code}"] = said, said - right
        lines["declared_t1"], lines["declared_gross"] = rows["capped"], rows["gross"]
        for name in ("ceiling", "t1", "t2", "cet", "apec", "exempted"):
            lines[name] = getattr(due, name)
        lines["days"] = rows["days"]
        for each in fields(Sums):
            lines[f"sum_{each.name}"] = getattr(after, each.name)
        _close_pairs(lines, rows["part"])
        return Told(lines, self._gaps(rows, lines))

    def _gaps(self, rows: Records, lines: Records) -> Records:
        beyond = np.abs(total_gap(lines)) > self.tolerance
        lines = lines[beyond]
        gaps = np.zeros(len(lines), GAP)
        gaps["period"] = self.period
        gaps["pseudonym"] = [
            self.keys.pseudonym(PersonNumber(text_of(words))).encode("ascii")
            for words in rows["person"][beyond]
        ]
        for name in ("siret", "person", "contract", "basis"):
            gaps[name] = lines[name]
        for code in AMOUNTS:
            gaps[f"declared_{code}"] = lines[f"declared_{code}"]
            gaps[f"due_{code}"] = lines[f"declared_{code}"] - lines[f"gap_{code}"]
        return gaps


def _close_pairs(lines: Records, part: NDArray[np.uint8]) -> None:
    """As the reference leaves them: no sums that next month could go on from, and
    one place for both lines."""
    for names, rows in (
        (("start", "sure", *SUMS), np.flatnonzero(part != ALONE)),
        (WHERE, np.flatnonzero(part == SECOND)),
    ):
        for name in names:
            lines[name][rows] = 0

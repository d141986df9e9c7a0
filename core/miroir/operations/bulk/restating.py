"""Lines that the reference tells, beside those that were published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

import numpy as np

from miroir.operations.bulk.settling import Settled
from miroir.privacy import Keys
from miroir.recomputation.bulk.calendar import number_of
from miroir.recomputation.bulk.rows import UNIT
from miroir.store.bulk.names import CONTRACT_WORDS, Namer
from miroir.store.bulk.order import NIC
from miroir.store.bulk.records import (
    AMOUNTS,
    FIGURES,
    GAP,
    JUDGED,
    LINE,
    REVISION,
    SUMS,
    WHERE,
    Judged,
    Records,
)
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Declaration
from miroir.types.identity import PersonNumber

Figures = tuple[Any, ...]
"""The values of `FIGURES`, in order."""
NO_DAYS = -1


class LineKey(NamedTuple):
    """`rank`: a contract's number may be used again from another date."""

    period: int
    siret: int
    person: int
    contract: int
    rank: int


Published = dict[LineKey, Figures]


@dataclass(frozen=True, slots=True)
class Restated:
    """Records of LINE for the month, REVISION for the others, and GAP."""

    lines: Records
    revisions: Records
    gaps: Records

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        dtypes = {"lines": LINE, "revisions": REVISION, "gaps": GAP}
        return cls(
            **{
                each.name: np.concatenate(
                    [np.zeros(0, dtypes[each.name])]
                    + [getattr(part, each.name) for part in parts]
                )
                for each in fields(cls)
            }
        )


def published_lines(
    lines: Mapping[int, Records], revisions: Mapping[int, Records]
) -> dict[tuple[int, int], Published]:
    """What is said now of some groups: each month's lines, then what later
    months changed. By SIREN and person."""
    found: dict[tuple[int, int], Published] = {}
    for month in sorted({*lines, *revisions}):
        own = lines.get(month, np.zeros(0, LINE))
        for key, figures in _told(own[own["basis"] != Judged.PLACE], month):
            found.setdefault((key.siret // NIC, key.person), {})[key] = figures
        changed = revisions.get(month, np.zeros(0, REVISION))
        for key, figures, withdrawn in _changed(changed):
            group = found.setdefault((key.siret // NIC, key.person), {})
            group.pop(key, None)
            if not withdrawn:
                group[key] = figures
    return found


def _told(lines: Records, month: int) -> Iterator[tuple[LineKey, Figures]]:
    ranks: Counter[tuple[int, ...]] = Counter()
    who = lines[["siret", "person", "contract"]].tolist()
    figures = lines[list(FIGURES)].tolist()
    for (siret, person, contract), own in zip(who, figures, strict=True):
        rank = ranks[siret, person, contract]
        yield LineKey(month, siret, person, contract, rank), own
        ranks[siret, person, contract] += 1


def _changed(revisions: Records) -> Iterator[tuple[LineKey, Figures, bool]]:
    names = ["period", "siret", "person", "contract", "rank"]
    keys = revisions[names].tolist()
    figures = revisions[list(FIGURES)].tolist()
    for key, own, gone in zip(keys, figures, revisions["withdrawn"], strict=True):
        yield LineKey(*key), own, bool(gone)


@dataclass(slots=True)
class Restating:
    """Gathers the lines of groups, one after the other."""

    period: int
    namer: Namer
    keys: Keys
    tolerance: Cents
    _lines: list[tuple[Any, ...]] = field(default_factory=list)
    _revisions: list[tuple[Any, ...]] = field(default_factory=list)
    _gaps: dict[tuple[Any, ...], Figures] = field(default_factory=dict)

    def add(
        self,
        person: int,
        lines: Iterable[MirrorLine],
        declarations: Sequence[Declaration],
        published: Published,
        places: Sequence[Mapping[str, Any]],
        settled: Mapping[tuple[int, str], Settled],
    ) -> None:
        """The lines of one group. `person`: its number; `places`: where it stands
        this month; `settled`: the sums that next month goes on from, if any."""
        sums = {
            (siret, self.namer.name(contract, CONTRACT_WORDS)): own
            for (siret, contract), own in settled.items()
        }
        who = declarations[0].employees[0].person
        told = dict(self._told(person, lines))
        here = {key: own for key, own in told.items() if key.period == self.period}
        self._lines.extend(_placed(here, places, sums))
        for key, figures in told.items():
            was = published.pop(key, None)
            if key.period != self.period:
                if was == figures:
                    continue
                self._revisions.append(_revision(key, figures, withdrawn=False))
            self._gap(key, figures, was, who)
        for key, was in published.items():
            self._revisions.append(_revision(key, was, withdrawn=True))
            self._gap(key, None, was, who)

    def result(self) -> Restated:
        gaps = [(*key, *figures) for key, figures in self._gaps.items()]
        return Restated(
            np.array(self._lines, LINE),
            np.array(self._revisions, REVISION),
            np.array(gaps, GAP),
        )

    def _told(
        self, person: int, lines: Iterable[MirrorLine]
    ) -> Iterator[tuple[LineKey, Figures]]:
        ranks: Counter[tuple[int, ...]] = Counter()
        for line in lines:
            key = (
                number_of(line.period),
                int(line.siret),
                person,
                self.namer.name(line.contract, CONTRACT_WORDS),
            )
            yield LineKey(*key, ranks[key]), figures_of(line)
            ranks[key] += 1

    def _gap(
        self,
        key: LineKey,
        figures: Figures | None,
        was: Figures | None,
        who: PersonNumber,
    ) -> None:
        """A gap, or one that was published and is no more: due as declared."""
        own = figures if figures is not None else was
        assert own is not None
        is_gap = figures is not None and self._is_gap(figures)
        if not is_gap and (was is None or not self._is_gap(was)):
            return
        declared = own[1:4]
        differences = own[4:7] if is_gap else (0, 0, 0)
        due = tuple(d - g for d, g in zip(declared, differences, strict=True))
        pseudonym = self.keys.pseudonym(who).encode("ascii")
        row = (key.period, key.siret, key.person, pseudonym, key.contract)
        known = self._gaps.get(row, (own[0], 0, 0, 0, 0, 0, 0))
        added = (a + b for a, b in zip(known[1:], (*declared, *due), strict=True))
        self._gaps[row] = (own[0], *added)

    def _is_gap(self, figures: Figures) -> bool:
        return abs(sum(figures[4:7])) > self.tolerance


def figures_of(line: MirrorLine) -> Figures:
    """The figures of a line of the reference, as a month keeps them."""
    calculation, tranches = line.calculation, line.calculation.tranches
    days = NO_DAYS if line.days is None else int(line.days * UNIT)
    declared, gap = line.declared.by_code(), line.gap.by_code()
    return (
        int(JUDGED[calculation.basis]),
        *(declared[code] for code in AMOUNTS),
        *(gap[code] for code in AMOUNTS),
        line.declared_t1,
        line.declared_gross,
        tranches.ceiling,
        tranches.t1,
        tranches.t2,
        tranches.cet,
        tranches.apec,
        calculation.exempted,
        days,
    )


def _placed(
    lines: Mapping[LineKey, Figures],
    places: Sequence[Mapping[str, Any]],
    settled: Mapping[tuple[int, int], Settled],
) -> Iterator[tuple[Any, ...]]:
    """Records of LINE: each place once, with a line of its establishment while
    there are some."""
    left = list(places)
    for key, figures in lines.items():
        own = next((row for row in left if row["siret"] == key.siret), None)
        if own is not None:
            left.remove(own)
        where = tuple(own[name] for name in WHERE) if own else _NOWHERE
        known = settled.get((key.siret, key.contract))
        start, sums = (known.start, (True, *known.sums)) if known else (0, _NO_SUMS)
        yield (key.siret, key.person, key.contract, start, *figures, *sums, *where)
    for row in left:
        where = tuple(row[name] for name in WHERE)
        yield (row["siret"], row["person"], 0, 0, *_NO_FIGURES, *_NO_SUMS, *where)


_NOWHERE = (0,) * len(WHERE)
_NO_SUMS = (False, *(0,) * len(SUMS))
_NO_FIGURES = (int(Judged.PLACE), *(0,) * (len(FIGURES) - 1))


def _revision(key: LineKey, figures: Figures, *, withdrawn: bool) -> tuple[Any, ...]:
    who = (key.siret, key.person, key.contract)
    return (*who, key.rank, key.period, withdrawn, *figures)

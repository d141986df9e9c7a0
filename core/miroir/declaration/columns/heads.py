"""Envelopes and declarations of an arena: who, which month, which version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from miroir.declaration.columns.instances import Found, Instances, asked
from miroir.declaration.columns.tables import Ints, Kind, Mask, Words
from miroir.declaration.norm import UnreadableNorm, table_for

ENVELOPE, DECLARATION, TOTAL = "S10.G00.00", "S20.G00.05", "S90.G00.90"
COMPANY, ESTABLISHMENT = "S21.G00.06", "S21.G00.11"
REAL, TEST = 2, 1
MONTHLY, SUBSTITUTION = 1, 9
CANCELS, LAST_KIND = 4, 5
EURO = 1
_ASKED = asked(
    {
        f"{ENVELOPE}.005": Kind.COUNT,
        f"{ENVELOPE}.006": Kind.CODE,
        f"{DECLARATION}.001": Kind.COUNT,
        f"{DECLARATION}.002": Kind.COUNT,
        f"{DECLARATION}.003": Kind.COUNT,
        f"{DECLARATION}.004": Kind.COUNT,
        f"{DECLARATION}.005": Kind.DAY,
        f"{DECLARATION}.007": Kind.DAY,
        f"{DECLARATION}.010": Kind.COUNT,
        f"{COMPANY}.001": Kind.COUNT,
        f"{ESTABLISHMENT}.001": Kind.COUNT,
        f"{TOTAL}.001": Kind.COUNT,
        f"{TOTAL}.002": Kind.COUNT,
    }
)
Values = Mapping[str, Found]


@dataclass(slots=True)
class Running:
    """The envelope and the declaration that go on from arena to arena."""

    lines: int = 0
    """Lines of the open envelope in earlier arenas."""
    declarations: int = 0
    """Declarations of the open envelope in earlier arenas."""
    number: int = -1
    """The open declaration, by its number in the scan."""
    period: int = 0
    nature: int = 0
    siret: int = 0
    norm: int = 0
    test: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """One row per declaration that starts in the arena, as `Declarations`.

    `instance`: its rank among the instances. `wrong`: instances at which
    something is for the full reader to judge.
    """

    instance: Ints
    columns: dict[str, Ints | Words | Mask]
    wrong: Ints


_NONE = np.zeros(0, np.int64)
_NO_HEADS = Heads(
    _NONE,
    {
        "siren": _NONE,
        "siret": _NONE,
        "period": _NONE,
        "fraction": _NONE,
        "order": _NONE,
        "kind": _NONE,
        "nature": _NONE,
        "filed_on": _NONE,
        "norm": _NONE.astype(np.uint64),
        "test": _NONE.astype(bool),
    },
    _NONE,
)


@dataclass(slots=True)
class HeadReader:
    """Reads the heads of arenas in order."""

    accept_tests: bool
    running: Running = field(default_factory=Running)
    _norms: dict[int, bool] = field(default_factory=dict)

    def read(self, instances: Instances, count: int, last_open: bool) -> Heads:
        """`count`: lines of the arena; `last_open`: its last part goes on."""
        if not last_open or instances.has_heads:
            return self._read(instances, count, last_open)
        # The middle of a large file: everything goes on.
        self.running.lines += count
        return _NO_HEADS

    def _read(self, instances: Instances, count: int, last_open: bool) -> Heads:
        values = instances.found(_ASKED)
        envelopes = _Envelopes(instances, values, self.running, count)
        rows = instances.rows(DECLARATION)
        norm, test, bad = self._envelope_values(instances, values)
        columns, wrong = _declaration_values(instances, values)
        own = np.searchsorted(instances.rows(ENVELOPE), rows, "right") - 1
        columns["norm"] = _carried(norm, own, self.running.norm)
        columns["test"] = _carried(test, own, self.running.test)
        faults = [bad, wrong, envelopes.wrong(last_open), _repeated(instances, rows)]
        self._carry(instances, envelopes, columns, last_open)
        return Heads(rows, columns, np.unique(np.concatenate(faults)))

    def _envelope_values(
        self, instances: Instances, values: Values
    ) -> tuple[Words, Mask, Ints]:
        version, kind = values[f"{ENVELOPE}.006"], values[f"{ENVELOPE}.005"]
        known = np.array([self._readable(int(each)) for each in version.values], bool)
        test = kind.values == TEST
        two = instances.lengths(kind) == 2
        fine = instances.sound(version) & known & instances.sound(kind)
        fine &= two & ((kind.values == REAL) | (test & self.accept_tests))
        words = np.asarray(version.values, np.uint64)
        return words, test, instances.rows(ENVELOPE)[~fine]

    def _readable(self, version: int) -> bool:
        if version not in self._norms:
            text = version.to_bytes(8, "little").rstrip(b"\0").decode("latin-1")
            try:
                table_for(text)
                self._norms[version] = True
            except UnreadableNorm:
                self._norms[version] = False
        return self._norms[version]

    def _carry(
        self,
        instances: Instances,
        envelopes: _Envelopes,
        columns: dict[str, Ints | Words | Mask],
        last_open: bool,
    ) -> None:
        running = self.running
        count = len(columns["period"])
        if count:
            running.period = int(columns["period"][-1])
            running.nature = int(columns["nature"][-1])
            running.siret = int(columns["siret"][-1])
            running.norm = int(columns["norm"][-1])
            running.test = bool(columns["test"][-1])
        running.number += count
        running.lines, running.declarations = envelopes.left(last_open)


class _Envelopes:
    """Where envelopes start and end, and what they count."""

    def __init__(
        self, instances: Instances, values: Values, running: Running, count: int
    ) -> None:
        self._instances = instances
        self._values = values
        self._running = running
        self._count = count
        self._starts = instances.rows(ENVELOPE)
        self._totals = instances.rows(TOTAL)
        self._declarations = instances.rows(DECLARATION)

    def wrong(self, last_open: bool) -> Ints:
        """Totals that do not count right, parts that start or end badly."""
        instances, totals = self._instances, self._totals
        line = instances.line
        after = np.append(line, self._count)
        last = after[totals + 1]
        own = np.searchsorted(self._starts, totals, "right") - 1
        opened = np.maximum(own, 0)
        first = line[self._starts[opened]] if len(self._starts) else own
        counted = last - np.where(own >= 0, first, -self._running.lines)
        seen = np.searchsorted(self._declarations, totals)
        start = self._starts[opened] if len(self._starts) else own
        before = np.searchsorted(self._declarations, start)
        held = seen - np.where(own >= 0, before, -self._running.declarations)
        lines, number = self._values[f"{TOTAL}.001"], self._values[f"{TOTAL}.002"]
        fine = instances.sound(lines) & (lines.values == counted)
        fine &= instances.sound(number) & (number.values == held) & (held > 0)
        return np.concatenate([totals[~fine], self._unclosed(last_open)])

    def _unclosed(self, last_open: bool) -> Ints:
        """Parts of whole files that do not run from S10 to S90."""
        instances = self._instances
        starts, ends = instances.part_ends
        opens = instances.is_block(starts, ENVELOPE)
        closes = instances.is_block(ends, TOTAL)
        if not instances.first_is_whole:
            opens[0] = True
        if last_open:
            closes[-1] = True
        return np.concatenate([starts[~opens], ends[~closes]])

    def left(self, last_open: bool) -> tuple[int, int]:
        """Lines and declarations of the envelope that is still open."""
        if not last_open:
            return 0, 0
        running = self._running
        if len(self._starts):
            start = self._starts[-1]
            lines = self._count - int(self._instances.line[start])
            number = len(self._declarations)
            return lines, number - int(np.searchsorted(self._declarations, start))
        lines = running.lines + self._count
        return lines, running.declarations + len(self._declarations)


def _carried(
    values: Words | Mask, own: Ints, running: int | bool
) -> Ints | Words | Mask:
    """The value of each declaration's envelope, perhaps opened before."""
    every = np.append(np.array([running]).astype(values.dtype), values)
    return cast("Words | Mask", every[own + 1])


def _declaration_values(
    instances: Instances, values: Values
) -> tuple[dict[str, Ints | Words | Mask], Ints]:
    """As `reading.read_header`, where nothing is to be refused."""
    rows = instances.rows(DECLARATION)
    nature, kind, fraction, order = (
        values[f"{DECLARATION}.{number}"] for number in ("001", "002", "003", "004")
    )
    month, filed, currency = (
        values[f"{DECLARATION}.{number}"] for number in ("005", "007", "010")
    )
    fine = np.ones(len(rows), bool)
    for each, size in ((nature, 2), (kind, 2), (fraction, 2), (order, 0), (month, 8)):
        fine = fine & instances.sound(each)
        fine &= (size == 0) | (instances.lengths(each) == size)
    fine &= ~filed.present | instances.sound(filed)
    fine &= ~currency.present | (
        instances.sound(currency)
        & (currency.values == EURO)
        & (instances.lengths(currency) == 2)
    )
    fine &= np.isin(nature.values, (MONTHLY, SUBSTITUTION))
    fine &= (kind.values >= 1) & (kind.values <= LAST_KIND)
    fine &= ~((nature.values == MONTHLY) & (kind.values == CANCELS))
    tens, ones = fraction.values // 10, fraction.values % 10
    fine &= (tens >= 1) & (tens <= ones)
    first = np.asarray(month.values, np.int64)
    months = first.astype("datetime64[D]").astype("datetime64[M]")
    fine &= months.astype("datetime64[D]").astype(np.int64) == first
    siren, siret, employer = _employer(instances, values, rows)
    return {
        "siren": siren,
        "siret": siret,
        "period": months.astype(np.int64) + 1970 * 12,
        "fraction": np.asarray(fraction.values, np.int64),
        "order": np.asarray(order.values, np.int64),
        "kind": np.asarray(kind.values, np.int64),
        "nature": np.asarray(nature.values, np.int64),
        "filed_on": np.where(filed.present, filed.values, -1).astype(np.int64),
    }, rows[~(fine & employer)]


def _employer(
    instances: Instances, values: Values, rows: Ints
) -> tuple[Ints, Ints, Mask]:
    """SIREN, SIRET, and whether one company and one establishment are there."""
    company, nic = values[f"{COMPANY}.001"], values[f"{ESTABLISHMENT}.001"]
    parts = []
    fine = np.ones(len(rows), bool)
    for block, found, size in ((COMPANY, company, 9), (ESTABLISHMENT, nic, 5)):
        owner = np.searchsorted(rows, instances.rows(block), "right") - 1
        kept = owner >= 0
        fine &= np.bincount(owner[kept], minlength=len(rows)) == 1
        sound = instances.sound(found) & (instances.lengths(found) == size)
        fine[owner[kept & ~sound]] = False
        value = np.zeros(len(rows), np.int64)
        value[owner[kept]] = found.values[kept]
        parts.append(value)
    siren, number = parts
    return siren, siren * 100_000 + number, fine


def _repeated(instances: Instances, rows: Ints) -> Ints:
    """Blocks of the employer that come before any declaration of the arena: the
    open declaration, cut between employees, has had its own."""
    first = rows[0] if len(rows) else len(instances.line)
    return np.concatenate(
        [
            found[found < first]
            for found in (instances.rows(COMPANY), instances.rows(ESTABLISHMENT))
        ]
    )

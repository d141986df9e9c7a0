"""From the sums before a month to those after it, and what lies between them.

By the loop compiled beside (`month_kernel.c`), in one pass over the rows; where
no compiler was at hand, by columns: the same numbers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.compiled import kernel
from miroir.recomputation.bulk.ceilings import Ceilings
from miroir.recomputation.bulk.contributions import apec_132, whole_131
from miroir.recomputation.bulk.half_up import LIMIT, check
from miroir.recomputation.bulk.rows import Ints, MonthRows, Sums
from miroir.recomputation.bulk.tariffs import Rate, Tariffs
from miroir.recomputation.bulk.tranches import Bases, Category, added, month_bases
from miroir.recomputation.facts import NO_CATEGORY

LIBRARY = Path(__file__).with_name("month_kernel.so")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The sums with the month, the reduction that it gives apart, the month's
    bases, 131 before any exemption, and 132."""

    after: Sums
    bases: Bases
    due_131: Ints
    due_132: Ints


def month_step(
    rows: MonthRows, before: Sums, ceilings: Ceilings, tariffs: Tariffs, tariff: Ints
) -> Step:
    """One month more. `tariff`: the row of each employee's rates.

    Raises OverflowError for a base from 10^12 cents on.
    """
    loop = _loop()
    if loop is None:
        return by_columns(rows, before, ceilings, tariffs, tariff)
    return _by_loop(loop, rows, before, ceilings, tariffs, tariff)


def by_columns(
    rows: MonthRows, before: Sums, ceilings: Ceilings, tariffs: Tariffs, tariff: Ints
) -> Step:
    """As `month_step`, by numpy."""
    category = Category.of(rows)
    after = added(rows, before, ceilings, category)
    bases = month_bases(before, after, category, tariffs)
    due_131 = whole_131(bases, tariffs, tariff)
    return Step(after, bases, due_131, apec_132(rows, bases, category, tariffs))


def _by_loop(
    loop: Callable[..., int],
    rows: MonthRows,
    before: Sums,
    ceilings: Ceilings,
    tariffs: Tariffs,
    tariff: Ints,
) -> Step:
    count = len(rows)
    after = _empty_sums(count, before.given)
    bases = Bases(*(np.empty(count, np.int64) for _ in range(4)))
    found = Step(after, bases, np.empty(count, np.int64), np.empty(count, np.int64))
    given: list[NDArray[Any]] = [
        *(rows.gross, rows.cadre_gross, rows.status, rows.declared_132)
    ]
    given += [ceilings.usual, ceilings.smic, ceilings.option, tariff, *_moved(before)]
    given = [np.ascontiguousarray(each) for each in given]
    out = [*_moved(after), bases.t1, bases.t2, bases.cet, bases.apec]
    places = [each.ctypes.data for each in (*given, *out, found.due_131, found.due_132)]
    month = np.array([count, *places], np.uint64)
    rates = _Rates.of(tariffs)
    check(loop(month.ctypes.data, rates.words.ctypes.data), LIMIT)
    return found


def _empty_sums(count: int, given: Ints) -> Sums:
    gross, ceiling, cadre_gross, cadre_ceiling, smic = (
        np.empty(count, np.int64) for _ in range(5)
    )
    option = np.empty(count, bool)
    return Sums(gross, ceiling, cadre_gross, cadre_ceiling, smic, given, option)


def _moved(sums: Sums) -> list[NDArray[Any]]:
    """The columns that a month moves, in the order of month_kernel.c."""
    return [getattr(sums, each.name) for each in fields(sums) if each.name != "given"]


@dataclass(frozen=True, slots=True, eq=False)
class _Rates:
    """The structure of month_kernel.c, and the arrays that it points to."""

    words: NDArray[np.uint64]
    held: list[Ints]

    @classmethod
    def of(cls, tariffs: Tariffs) -> _Rates:
        held: list[Ints] = []
        words: list[int] = []
        for rate in _six(tariffs):
            shares = [_array(share) for share in (rate.employer, rate.employee)]
            held += shares
            words += [share.ctypes.data for share in shares]
            words.append(int(len(shares[0]) > 1))
        words += [tariffs.t2_ceilings, tariffs.apec_ceilings]
        words += sorted(int(status) for status in NO_CATEGORY)
        return cls(np.array(words, np.uint64), held)


def _six(tariffs: Tariffs) -> Iterator[Rate]:
    yield from (tariffs.t1, tariffs.t2, tariffs.ceg_t1, tariffs.ceg_t2)
    yield from (tariffs.cet, tariffs.apec)


def _array(share: int | Ints) -> Ints:
    return np.ascontiguousarray(np.atleast_1d(share), np.int64)


def _loop() -> Callable[..., int] | None:
    """None without the scanner's own compiled loops, or where it is absent."""
    return None if kernel() is None else _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Callable[..., int] | None:
    try:
        found = ctypes.CDLL(str(LIBRARY)).miroir_month
    except OSError:
        return None
    found.restype = ctypes.c_uint64
    found.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    loop: Callable[..., int] = found
    return loop

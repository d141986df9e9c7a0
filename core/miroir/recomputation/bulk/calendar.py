"""Months as numbers, year x 12 + month - 1, and days as those since 1970-01-01."""

from __future__ import annotations

from datetime import date

import numpy as np

from miroir.recomputation.bulk.rows import Ints
from miroir.types.period import Month

_FIRST_YEAR = 1970
_EPOCH = date(_FIRST_YEAR, 1, 1).toordinal()


def number_of(month: Month) -> int:
    return month.year * 12 + month.month - 1


def month_of(number: int) -> Month:
    return Month(number // 12, number % 12 + 1)


def number_of_day(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


def month_bounds(months: Ints) -> tuple[Ints, Ints]:
    """First and last day of each month."""
    if not len(months):
        return months, months
    low = int(months.min())
    span = np.arange(low, int(months.max()) + 2) - _FIRST_YEAR * 12
    first = span.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    rank = months - low
    return first[rank], first[rank + 1] - 1

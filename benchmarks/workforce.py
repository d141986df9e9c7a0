"""Employee-months as the columns that are recomputed, by seed, block by block.

The country's mix: 18 % of cadres, 18 % of part-timers, 3 % of absences each
month, entries and exits, bonuses, 2.5 % of apprentices; pay from the SMIC up,
half of it under two SMICs. With `claims`, whoever earns less than three SMICs
has a general reduction, as since 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from miroir import parameters
from miroir.recomputation.bulk.rows import NO_END, UNIT, Ints, MonthRows
from miroir.types.period import Month
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLOCK = 1 << 16
"""Employees worked together."""
FULL_HOURS = 151_67 * UNIT // 100
_EPOCH = date(1970, 1, 1)


def blocks(employees: int, year: int, *, claims: bool) -> Iterator[Iterator[MonthRows]]:
    """So many employees, some at a time; the same size gives the same ones."""
    for number, first in enumerate(range(0, employees, BLOCK)):
        yield block(number, min(BLOCK, employees - first), year, claims=claims)


def block(number: int, count: int, year: int, *, claims: bool) -> Iterator[MonthRows]:
    """The months of some employees, each made when it is asked for; seeded."""
    random = default_rng((year, number))
    lasting = _lasting(random, count, year)
    smic = float(parameters.monthly_smic(date(year, 1, 1)))
    pay = smic * np.where(
        lasting["apprentice"],
        random.uniform(0.5, 1, count),
        1 + random.lognormal(-0.6, 0.85, count),
    )
    for month in (Month(year, rank) for rank in range(1, 13)):
        yield _month(random, month, lasting, pay, smic, claims)


def _lasting(random: Generator, count: int, year: int) -> dict[str, Any]:
    """What does not change in the year."""
    january = (date(year, 1, 1) - _EPOCH).days
    before = january - random.integers(0, 5_000, count)
    entered = january + random.integers(1, 334, count)
    start = np.where(random.random(count) < 0.06, entered, before)
    left = start + random.integers(30, 365, count)
    end = np.where((random.random(count) < 0.06) & (left > january), left, NO_END)
    part_time = random.random(count) < 0.18
    hours = random.integers(70, 140, count) * UNIT
    cadre = random.random(count) < 0.18
    return {
        "start": start,
        "end": end,
        "status": np.where(cadre, 1, 4),
        "worked": np.where(part_time, hours, UNIT),
        "reference": np.where(part_time, FULL_HOURS, UNIT),
        "apprentice": ~cadre & (random.random(count) < 0.03),
    }


def _month(
    random: Generator,
    month: Month,
    lasting: dict[str, Any],
    pay: Floats,
    smic: float,
    claims: bool,
) -> MonthRows:
    count = len(pay)
    first = (month.first - _EPOCH).days
    days = np.clip(
        np.minimum(lasting["end"], first + month.days - 1)
        - np.maximum(lasting["start"], first)
        + 1,
        0,
        month.days,
    )
    away = random.integers(1, 15, count) * (random.random(count) < 0.03)
    days = np.maximum(days - away, 0)
    part = days / month.days * lasting["worked"] / lasting["reference"]
    bonus = 1 + (random.random(count) < 0.05) * random.uniform(0.5, 2, count)
    gross = np.round(pay * part * bonus).astype(np.int64)
    ceiling = np.round(parameters.ceiling(month.first) * part).astype(np.int64)
    zeros, no = np.zeros(count, np.int64), np.zeros(count, bool)
    claimed = (gross > 0) & (gross < 3 * smic * part) if claims else no
    social, pension = _reduction(gross, np.round(smic * part), claimed, month)
    apec = (lasting["status"] == 1) * np.minimum(gross, 4 * ceiling) * 0.0006
    return MonthRows(
        declaration=zeros,
        person=np.zeros((count, 2), np.uint64),
        contract=np.zeros((count, 3), np.uint64),
        days=days * UNIT,
        reduced_days_contract=no,
        gross=gross,
        cadre_gross=np.where(lasting["status"] == 1, gross, 0),
        capped=np.minimum(gross, ceiling),
        declared_131=np.round(np.minimum(gross, ceiling) * 0.1002).astype(np.int64),
        declared_132=np.round(apec).astype(np.int64),
        declared_106=pension,
        legacy_105=no,
        exempt_109=zeros,
        reduction_018=social,
        has_018=claimed,
        reduction_106=pension,
        has_106=claimed,
        smic=np.round(smic * part).astype(np.int64),
        line=zeros,
        offset=zeros,
        length=zeros,
        sure=np.ones(count, bool),
        **lasting,
    )


def _reduction(
    gross: Ints, smic: Floats, claimed: NDArray[np.bool_], month: Month
) -> tuple[Ints, Ints]:
    """018 and 106 about as the formula gives them, in negative cents."""
    rule = parameters.reduction(month.first)
    t, least = float(rule.t_under), float(rule.t_minimum)
    inner = np.clip((3 * smic / np.maximum(gross, 1) - 1) / 2, 0, 1)
    whole = np.round(gross * np.round(least + (t - least) * inner**1.75, 4))
    pension = np.round(whole * float(rule.points) / 100 / t)
    return (
        -((whole - pension) * claimed).astype(np.int64),
        -(pension * claimed).astype(np.int64),
    )

"""Random years of employees as columns, drawn to reach every rule.

Pay and contracts are drawn first; what is declared is then set near what some
lawful reading gives, a few cents off or plainly wrong, so that every choice
between readings is met, on both sides of every tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from miroir import parameters
from miroir.recomputation.bulk.rows import NO_END, UNIT, Ints, Mask, MonthRows
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.period import Month
from numpy.typing import NDArray

from tests.recomputation.companies import condition

Floats = NDArray[np.float64]

EPOCH = date(1970, 1, 1)
T1_RATES = ("6.20", "6.20", "8.00", "5.27", "7.15")
T2_RATES = ("17.00", "17.00", "21.59", "18.31", "16.00")
SHARES = ("60", "60", "62", "50", "54.7")
REFERENCES = (151_67, 35_00, 1607_00, 169_00, 100_00)
HUNDREDTH = UNIT // 100


@dataclass(frozen=True, slots=True)
class Population:
    """The same employees over the months of a year.

    `tariff[m]`: 0 for standard conditions, k + 1 for `conditions[k]`.
    `present[m]`: under contract in the month; otherwise a row of zeros.
    """

    months: Sequence[Month]
    rows: Sequence[MonthRows]
    conditions: Sequence[AdhesionCondition]
    tariff: Sequence[Ints]
    present: Sequence[Mask]


def population(seed: int, count: int, year: int) -> Population:
    """So many employees of one year."""
    draw = _Draw(np.random.default_rng(seed), count, year)
    months = [Month(year, rank) for rank in range(1, 13)]
    drawn = [draw.month(month) for month in months]
    return Population(
        months=months,
        rows=[rows for rows, _, _ in drawn],
        conditions=draw.conditions,
        tariff=[tariff for _, tariff, _ in drawn],
        present=[present for _, _, present in drawn],
    )


def day_number(day: date) -> int:
    return (day - EPOCH).days


@dataclass(slots=True)
class _Draw:
    """What holds all year, and the sums that declarations follow."""

    random: np.random.Generator
    count: int
    year: int
    conditions: list[AdhesionCondition] = field(init=False)
    status: Ints = field(init=False)
    apprentice: Mask = field(init=False)
    by_days: Mask = field(init=False)
    worked: Ints = field(init=False)
    reference: Ints = field(init=False)
    start: Ints = field(init=False)
    end: Ints = field(init=False)
    pay: Floats = field(init=False)
    varies: Mask = field(init=False)
    waived: Mask = field(init=False)
    exactness: Ints = field(init=False)
    claims: Mask = field(init=False)
    tariff: Ints = field(init=False)
    sums: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.conditions = [self._condition() for _ in range(8)]
        self.status = self._one_of((1, 2, 4, 98, 99), (0.3, 0.05, 0.55, 0.05, 0.05))
        self.apprentice = self._some(0.1)
        self._work()
        self._dates()
        pmss = parameters.ceiling(date(self.year, 1, 1))
        times = self._one_of((1, 3, 12), (0.8, 0.15, 0.05))
        level = self.random.uniform(0.3, 1.3, self.count) * times
        self.pay = pmss * np.where(self.apprentice, level * 0.4, level)
        self.varies = self._some(0.4)
        self.waived = self._some(0.2)
        self.exactness = self._one_of((0, 0, 0, 1, 2, 3))
        self.claims = self._some(0.5)
        self.tariff = self.random.integers(0, 9, self.count)
        self.sums = np.zeros((4, self.count))

    def _some(self, share: float) -> Mask:
        return self.random.random(self.count) < share

    def _one_of(
        self, values: Sequence[int], weights: Sequence[float] | None = None
    ) -> Ints:
        return self.random.choice(np.array(values), self.count, p=weights)

    def _condition(self) -> AdhesionCondition:
        return condition(
            t1=str(self.random.choice(T1_RATES)),
            t2=str(self.random.choice(T2_RATES)),
            share=str(self.random.choice(SHARES)),
            headcount=[None, Headcount.UNDER_50, Headcount.FROM_50][
                self.random.integers(3)
            ],
        )

    def _work(self) -> None:
        """Quotas in hundredths; 40 % are not whole time, some by a hair."""
        reduced = self._some(0.4)
        self.by_days = reduced & self._some(0.2)
        full = np.where(self.by_days, 218_00, self._one_of(REFERENCES))
        share = self.random.choice([0.5, 0.8, 0.333, 0.61, 0.95, 1], self.count)
        worked = np.minimum((full * share).astype(np.int64), full - 1)
        self.worked = np.where(reduced, worked * HUNDREDTH, UNIT)
        self.reference = np.where(reduced, full * HUNDREDTH, UNIT)

    def _dates(self) -> None:
        january = day_number(date(self.year, 1, 1))
        hired = self.random.integers(january, january + 365, self.count)
        before = january - self.random.integers(0, 3_000, self.count)
        self.start = np.where(self._some(0.25), hired, before)
        ended = self.start + self.random.integers(0, 400, self.count)
        leaves = self._some(0.25) & (ended >= january)
        self.end = np.where(leaves, ended, NO_END)

    def month(self, month: Month) -> tuple[MonthRows, Ints, Mask]:
        """The rows of one month, and who is under contract."""
        self._change()
        first, last = day_number(month.first), day_number(month.last)
        span = np.minimum(self.end, last) - np.maximum(self.start, first) + 1
        present = span > 0
        days = np.where(present, span, 0) * 100
        away = self.random.integers(0, 31 * 100, self.count)
        days = np.where(self._some(0.1), np.maximum(days - away, 0), days) * HUNDREDTH
        quota = np.where(present, self.worked / self.reference, 0)
        part = days / (month.days * UNIT) * quota
        gross = np.where(present, self._gross(part), 0)
        smic, declared = self._claimed(month, gross, part, present)
        capped, ceiling = self._capped(month, gross, days, quota)
        whole = self._contributions(gross, capped, ceiling, present, month)
        zeros = np.zeros(self.count, np.int64)
        rows = MonthRows(
            declaration=zeros,
            person=np.zeros((self.count, 2), np.uint64),
            contract=np.zeros((self.count, 3), np.uint64),
            start=self.start,
            end=self.end,
            status=np.where(present, self.status, 4),
            days=days,
            worked=np.where(present, self.worked, UNIT),
            reference=np.where(present, self.reference, UNIT),
            reduced_days_contract=present & self.by_days,
            apprentice=present & self.apprentice,
            gross=gross,
            cadre_gross=self._as_cadre(gross, present),
            capped=capped,
            smic=smic,
            line=zeros,
            offset=zeros,
            length=zeros,
            sure=np.ones(self.count, bool),
            **whole,
            **declared,
        )
        return rows, self.tariff, present

    def _as_cadre(self, gross: Ints, present: Mask) -> Ints:
        """All of the pay, none of it, or what a change within the month leaves."""
        unknown = (self.status == 98) | (self.status == 99)
        whole = np.where((self.status == 1) | unknown, gross, 0)
        part = (gross * self.random.uniform(0, 1, self.count)).astype(np.int64)
        changed = self._some(0.05) & ~unknown & (gross != 0)
        return np.where(present, np.where(changed, part, whole), 0)

    def _change(self) -> None:
        """A few change of category, of conditions, or go to whole time."""
        promoted = self._some(0.04)
        self.status = np.where(promoted, self._one_of((1, 4)), self.status)
        whole = self._some(0.02)
        self.by_days &= ~whole
        self.worked = np.where(whole, self.reference, self.worked)
        moved = self._some(0.02)
        drawn = self.random.integers(0, 9, self.count)
        self.tariff = np.where(moved, drawn, self.tariff)

    def _gross(self, part: Floats) -> Ints:
        """Pay by presence; bonuses, months without pay or taken back."""
        spread = self.random.uniform(0.5, 1.5, self.count)
        gross = self.pay * part * np.where(self.varies, spread, 1)
        bonus = self.pay * self.random.uniform(0, 6, self.count)
        gross += np.where(self._some(0.06), bonus, 0)
        gross = np.where(self._some(0.05), 0, gross)
        gross = np.where(self._some(0.02), -gross * 0.7, gross)
        whole = np.round(gross / 100) * 100
        return np.where(self._some(0.3), whole, np.round(gross)).astype(np.int64)

    def _noise(self, *sizes: int) -> Ints:
        return self._one_of((0, 0, 0, *sizes)) * self._one_of((-1, 1))

    def _capped(
        self, month: Month, gross: Ints, days: Ints, quota: Floats
    ) -> tuple[Ints, Ints]:
        """Base 02 by the rule or without the quota, cents off or wrong."""
        pmss = parameters.ceiling(month.first)
        full = np.floor(pmss * days / (month.days * UNIT) + 0.5)
        ceiling = np.where(self.by_days, full, np.floor(full * quota + 0.5))
        pay, before = self.sums[0], self.sums[1]
        t1 = np.minimum(pay + gross, before + ceiling) - np.minimum(pay, before)
        self.sums[0] += gross
        self.sums[1] += ceiling
        other = np.minimum(gross, full)
        capped = np.where(self.waived ^ self._some(0.03), other, t1)
        capped = np.where(self._some(0.02), gross, capped)
        capped += self.exactness * self._noise(1, 1)
        return capped.astype(np.int64), ceiling.astype(np.int64)

    def _claimed(
        self, month: Month, gross: Ints, part: Floats, present: Mask
    ) -> tuple[Ints, dict[str, Any]]:
        """018 and 106 near one of the lawful ways, one of them lacking or of
        the wrong sign at times; component 01 lacking at times."""
        rule = parameters.reduction(month.first)
        day = month.january.first if rule.smic_of_january else month.first
        monthly = float(parameters.monthly_smic(day))
        smic = np.round(monthly * part).astype(np.int64)
        self.sums[2] += gross
        self.sums[3] += smic
        t = np.where(self._some(0.5), float(rule.t_under), float(rule.t_from))
        year = self._some(0.3)
        pay = np.where(year, self.sums[2], gross)
        whole = _reduction(pay, np.where(year, self.sums[3], smic), rule, t)
        points = np.round(whole * float(rule.points) / 100 / t)
        c106 = points.astype(np.int64) + self._noise(1, 2, 3, 40)
        c018 = (whole - points).astype(np.int64) + self._noise(2, 5, 9)
        has_018 = self.claims & present & self._some(0.9)
        has_106 = self.claims & present & self._some(0.9)
        c106 = np.where(self._some(0.04), -c106, c106) * has_106
        shown = np.where(self.claims | self._some(0.5), smic, 0)
        shown = np.where(self._some(0.05), 0, shown) * present
        return shown, {
            "reduction_018": c018 * has_018,
            "has_018": has_018,
            "reduction_106": c106,
            "has_106": has_106,
            "declared_106": c106,
        }

    def _contributions(
        self, gross: Ints, capped: Ints, ceiling: Ints, present: Mask, month: Month
    ) -> dict[str, Any]:
        """131 net or gross for apprentices, by one SMIC or the other; 132."""
        smic = np.where(
            self._some(0.5),
            float(parameters.monthly_smic(month.first)),
            float(parameters.monthly_smic(month.january.first)),
        )
        part = np.where(self._some(0.5), 0.79, 0.5)
        exempt = np.minimum(np.maximum(gross, 0), smic * part) * 0.0401
        spared = np.where(self.apprentice, np.round(exempt), 0).astype(np.int64)
        whole = np.round(np.minimum(gross, ceiling) * 0.1002).astype(np.int64)
        beside = self._some(0.3) & present
        apec = np.round(np.minimum(gross, 4 * ceiling) * 0.0006).astype(np.int64)
        apec = np.where(self._some(0.3), 0, np.where(self._some(0.2), apec // 2, apec))
        legacy = self._some(0.03) & present
        declared = np.where(beside, whole, whole - spared) + self._noise(1, 4, 6, 90)
        return {
            "declared_131": declared * present,
            "declared_132": np.where(legacy, 0, apec + self._noise(1, 50)) * present,
            "exempt_109": np.where(beside, -spared, 0) * present,
            "legacy_105": legacy,
        }


def _reduction(
    gross: NDArray[np.number],
    smic: NDArray[np.number],
    rule: parameters.Reduction,
    t: Floats,
) -> Floats:
    """About the whole reduction, negative cents."""
    ratio = smic / np.maximum(gross, 1)
    if rule.formula == "3 smic":
        least = float(rule.t_minimum)
        inner = np.maximum((3 * ratio - 1) / 2, 0)
        c = np.where(inner > 0, least + (t - least) * np.minimum(inner, 1) ** 1.75, 0)
    else:
        c = np.clip(t / 0.6 * (1.6 * ratio - 1), 0, t)
    whole: Floats = -np.round(np.maximum(gross, 0) * np.round(c, 4))
    return whole

"""The ceiling and the usual SMIC of one month, by days and work quota."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from miroir.recomputation.bulk.half_up import half_up
from miroir.recomputation.bulk.rows import UNIT, Ints, Mask, MonthRows
from miroir.recomputation.bulk.tariffs import Tariffs
from miroir.recomputation.exact import rounded

WORK_LIMIT = 2_000 * UNIT
"""A year of full time has 1,607 hours: under it, products stay under 2^62."""


@dataclass(frozen=True, slots=True, eq=False)
class Ceilings:
    """In cents. `usual`: what the rule gives; `option`: where another ceiling
    is lawful. `smic`: component 01, else what stands in for it."""

    usual: Ints
    option: Mask
    smic: Ints


def month_ceilings(rows: MonthRows, tariffs: Tariffs) -> Ceilings:
    """As `ceiling.month_ceiling` and `claimed._smic`, each rounded once.

    A whole month of full time has the whole ceiling: only the others divide.
    """
    whole = tariffs.month.days * UNIT
    usual = np.full(len(rows), tariffs.pmss)
    option = np.zeros(len(rows), bool)
    smic = _usual_where_absent(rows.smic, tariffs)
    part = np.flatnonzero((rows.days != whole) | (rows.worked != rows.reference))
    if len(part):
        work = _Work.of(rows, part, whole)
        usual[part], option[part] = _ceilings(work, tariffs)
        absent = np.flatnonzero(rows.smic[part] == 0)
        smic[part[absent]] = work.take(absent).share(tariffs.usual_smic)
    return Ceilings(usual, option, smic)


def _usual_where_absent(smic: Ints, tariffs: Tariffs) -> Ints:
    absent = smic == 0
    if not absent.any():
        return smic
    return np.where(absent, rounded(tariffs.usual_smic), smic)


def _ceilings(work: _Work, tariffs: Tariffs) -> tuple[Ints, Mask]:
    """The ceiling of the rule, and where the option gives another one."""
    pmss = Fraction(tariffs.pmss)
    full, prorated = work.present(pmss), work.share(pmss)
    differ = full != prorated
    reduced = work.reduced_days_contract
    usual = np.where(reduced, full, prorated)
    open_ = np.where(
        reduced, tariffs.days_contract_proratable, tariffs.part_time_waivable
    )
    return usual, differ & open_


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Days present of a month of `whole` days, and work quota."""

    days: Ints
    worked: Ints
    reference: Ints
    reduced_days_contract: Mask
    whole: int

    @classmethod
    def of(cls, rows: MonthRows, part: Ints, whole: int) -> _Work:
        return cls(
            rows.days[part],
            rows.worked[part],
            rows.reference[part],
            rows.reduced_days_contract[part],
            whole,
        )

    def take(self, rows: Ints) -> _Work:
        return _Work(
            self.days[rows],
            self.worked[rows],
            self.reference[rows],
            self.reduced_days_contract[rows],
            self.whole,
        )

    def present(self, amount: Fraction) -> Ints:
        """An amount by the days."""
        daily = amount / self.whole
        return half_up(self.days * daily.numerator, daily.denominator)

    def share(self, amount: Fraction) -> Ints:
        """An amount by the days and the quota."""
        daily = amount / self.whole
        return half_up(
            self.days * daily.numerator * self.worked,
            daily.denominator * self.reference,
        )

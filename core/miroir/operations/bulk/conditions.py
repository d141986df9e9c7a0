"""Adhesion conditions of a shard, and the tariff of each of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from miroir.recomputation.bulk.rows import Ints
from miroir.recomputation.bulk.tariffs import STANDARD_ROW, Tariffs, tariffs_of
from miroir.recomputation.company import condition_for
from miroir.store.bulk.order import NIC
from miroir.types.adhesion import AdhesionCondition
from miroir.types.period import Month

NO_ROW = -1
_STATUSES = 100
"""40.003 has two digits."""
_Rates = tuple[object, ...]


@dataclass(slots=True)
class MonthTariffs:
    """The tariffs of one month under all the conditions that differ by a rate.

    Raises BeyondHorizon when nothing is published for the month.
    """

    month: Month
    conditions: Mapping[int, Sequence[AdhesionCondition]]
    tariffs: Tariffs = field(init=False)
    _rows: dict[_Rates, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first: dict[_Rates, AdhesionCondition] = {}
        for own in self.conditions.values():
            for condition in own:
                if condition.covers(self.month.last):
                    first.setdefault(_rates(condition), condition)
        kept = [each for each in first.values() if self._holds(each)]
        self._rows = {_rates(each): row for row, each in enumerate(kept, start=1)}
        self.tariffs = tariffs_of(kept, self.month.first)

    def _holds(self, condition: AdhesionCondition) -> bool:
        """Whether its rates can be whole numbers; else it is read in full."""
        try:
            tariffs_of([condition], self.month.first)
        except ValueError:
            return False
        return True

    def of(self, siret: Ints, status: Ints) -> Ints:
        """The row of the tariffs for each employee; -1: none holds."""
        pairs, owner = np.unique(
            siret * _STATUSES + status % _STATUSES, return_inverse=True
        )
        rows = [self._row(*divmod(pair, _STATUSES)) for pair in pairs.tolist()]
        return np.array(rows, np.int64)[owner]

    def _row(self, siret: int, status: int) -> int:
        own = self.conditions.get(siret // NIC)
        if not own:
            return STANDARD_ROW
        last = self.month.last
        found = condition_for(f"{siret:014d}", f"{status:02d}", last, own)
        if found is None:
            return STANDARD_ROW
        return self._rows.get(_rates(found), NO_ROW)


def _rates(condition: AdhesionCondition) -> _Rates:
    return (
        condition.rate_t1,
        condition.rate_t2,
        condition.employer_share,
        condition.headcount,
    )

"""What details fall short of: a payment that is right where they are not.

A payroll pays what it computed. When a base is left out of the file alone, the
payment exceeds the details by what that base bore, and is no error of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from miroir import parameters
from miroir.diagnostic.structure import no_uncapped
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.reduction import (
    coefficients,
    reduction_part,
    usual_smic,
)
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month

CLOSE: Cents = 4
Place = tuple[str, Month]


class Undetailed:
    """Of one company, by establishment and month."""

    def __init__(self, company: CompanyView) -> None:
        self._wrong: dict[Place, list[MirrorLine]] = defaultdict(list)
        self._without: dict[Place, list[MirrorLine]] = defaultdict(list)
        for line in company.gaps:
            if line.computed:
                self._wrong[line.siret, line.period].append(line)
        for line in company.mirror:
            if not line.plain and line.computed and no_uncapped(line):
                self._without[line.siret, line.period].append(line)

    def amounts(self, siret: str, month: Month) -> Iterator[tuple[Cents, Cents]]:
        """What may lack in the details, beside nothing, and how near that is: all
        that is due and not declared, or what the bases left out bore."""
        wrong = self._wrong.get((siret, month), [])
        if wrong:
            yield -_gaps(wrong), CLOSE * len(wrong)
        without = self._without.get((siret, month), [])
        if without:
            for part in (0, *_reductions(without)):
                yield part - _gaps(without), CLOSE * len(without)

    def bound(self, siret: str, month: Month, amount: Cents) -> bool:
        """Whether the bases left out could bear an amount, other errors helping."""
        without = self._without.get((siret, month), [])
        if not without:
            return False
        most, near = max(-_gaps(without), 0), CLOSE * len(without)
        return min(_reductions(without)) - near <= amount <= most + near


def _gaps(lines: Iterable[MirrorLine]) -> Cents:
    return sum(line.gap.total for line in lines)


def _reductions(lines: Sequence[MirrorLine]) -> Sequence[Cents]:
    """Code 106 that was borne by the bases left out, by headcount; for a whole
    month of a full-time employee, which is what can be supposed."""
    by_size: dict[str, Cents] = defaultdict(int)
    for line in lines:
        condition, day = line.calculation.condition, line.period.first
        rule, rates = parameters.reduction(day), rates_for(condition, day)
        smic = usual_smic(rule, line.period, Fraction(1))
        headcount = condition.headcount if condition else None
        for chosen in coefficients(rule, headcount, rates):
            part, _ = reduction_part(line.declared_gross, smic, rule, chosen)
            by_size[chosen.headcount] += part
    return list(by_size.values())

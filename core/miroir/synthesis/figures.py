"""The gaps of a company in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from miroir.synthesis.case import Figures, MonthFigures, Spread
from miroir.types.amounts import Cents
from miroir.types.calculation import Amounts, MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month


def figures_of(view: CompanyView) -> Figures:
    """The gaps of a company in figures; payments are told by their causes."""
    declared: dict[Month, Cents] = defaultdict(int)
    due: dict[Month, Cents] = defaultdict(int)
    for line in view.mirror:
        if line.computed:
            declared[line.period] += line.declared.total
            due[line.period] += line.calculation.due.total
    by_month: dict[Month, list[MirrorLine]] = defaultdict(list)
    for line in view.gaps:
        by_month[line.period].append(line)
    gaps = sorted(line.gap.total for line in view.gaps)
    codes = sum((line.gap for line in view.gaps), Amounts()).by_code()
    wrong = {
        code
        for line in view.gaps
        for code, cents in line.gap.by_code().items()
        if abs(cents) > view.tolerance
    }
    return Figures(
        months=tuple(
            MonthFigures(
                period=month,
                declared=declared[month],
                due=due[month],
                gap=sum(line.gap.total for line in by_month[month]),
                employees=len({line.person for line in by_month[month]}),
            )
            for month in sorted(declared)
        ),
        employees=len({line.person for line in view.mirror}),
        with_gap=len({line.person for line in view.gaps}),
        missing=-sum(gap for gap in gaps if gap < 0),
        excess=sum(gap for gap in gaps if gap > 0),
        by_code=tuple((code, cents) for code, cents in codes.items() if code in wrong),
        spread=_spread(gaps),
    )


def _spread(gaps: Sequence[Cents]) -> Spread | None:
    if len(gaps) < 2:
        return None
    # The lower middle: an amount that somebody has.
    middle = gaps[(len(gaps) - 1) // 2]
    return Spread(least=gaps[0], median=middle, most=gaps[-1], lines=len(gaps))

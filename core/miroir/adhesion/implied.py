"""The rates and the split that the declared amounts imply.

A value is implied by a month when it explains, to the tolerance, more than two
thirds of the employees who tell something about it. An amount
that no plausible rate gives, at or above the standard one and by steps of 0.05 %,
is an error of the month (CET or CEG left out, call rate forgotten), not a rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from miroir import parameters
from miroir.adhesion.declared import Group
from miroir.parameters import Scheme
from miroir.recomputation.contributions import Rates, contribution_lines, rates_for
from miroir.types.amounts import Cents, apply_rate
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import TOLERANCE
from miroir.types.period import Month

CAPPED = "02"
EMPLOYER_T1 = "142"
LEAST_BASE: Cents = 100_000
"""1,000.00 €: under it the tolerance hides one hundredth of a called rate."""
_HUNDREDTH = Decimal("0.01")
_STEP = Decimal("0.05")
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The last months in a row that imply one value."""

    value: Decimal
    months: tuple[Month, ...]
    employees: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What lines are asked: whether one tells something, and what it implies
    (None: nothing explains what is declared)."""

    tells: Callable[[MirrorLine], bool]
    implied: Callable[[MirrorLine], Decimal | None]


def last_run(group: Group, measure: Measure) -> Run | None:
    """What the last month implies, and since when without a break.

    None when nothing is told, or when the last month is not clear.
    """
    lines = [line for line in group.lines if _plain(line) and measure.tells(line)]
    values = {id(line): measure.implied(line) for line in lines}
    found = _by_month(lines, values)
    months = sorted(found, reverse=True)
    value = found[months[0]] if months else None
    if value is None:
        return None
    run: set[Month] = set()
    for month in months:
        if found[month] != value:
            break
        run.add(month)
    told = {
        line.person
        for line in lines
        if line.period in run and values[id(line)] == value
    }
    return Run(value=value, months=tuple(sorted(run)), employees=len(told))


def _by_month(
    lines: Iterable[MirrorLine], values: Mapping[int, Decimal | None]
) -> Mapping[Month, Decimal | None]:
    """The value of each month, None where no value has more than two thirds."""
    counted: dict[Month, Counter[Decimal | None]] = {}
    for line in lines:
        counted.setdefault(line.period, Counter())[values[id(line)]] += 1
    clear: dict[Month, Decimal | None] = {}
    for month, found in counted.items():
        value, times = found.most_common(1)[0]
        clear[month] = value if 3 * times > 2 * found.total() else None
    return clear


def _plain(line: MirrorLine) -> bool:
    """Whether the amounts follow from the rates alone."""
    calculation = line.calculation
    return line.computed and calculation.exempted == 0 and line.declared.c131 > 0


def _t1_tells(line: MirrorLine) -> bool:
    return line.calculation.tranches.t1 >= LEAST_BASE


def _t1(line: MirrorLine) -> Decimal | None:
    rates = _rates(line)
    condition = line.calculation.condition
    recorded = condition.rate_t1 if condition else rates.scheme.standard_t1
    if _explained(line):
        return recorded
    rest = line.declared.c131 - _others(line, rates, "Retraite T1")
    found = _rate(rest, line.calculation.tranches.t1, rates.scheme)
    return _plausible(found, rates.scheme.standard_t1)


def _t2_tells(line: MirrorLine) -> bool:
    return line.calculation.tranches.t2 >= LEAST_BASE


def _t2(line: MirrorLine) -> Decimal | None:
    rates = _rates(line)
    condition = line.calculation.condition
    recorded = condition.rate_t2 if condition else rates.scheme.standard_t2
    if _explained(line):
        return recorded
    rest = line.declared.c131 - _others(line, rates, "Retraite T2")
    found = _rate(rest, line.calculation.tranches.t2, rates.scheme)
    return _plausible(found, rates.scheme.standard_t2)


def _explained(line: MirrorLine) -> bool:
    return abs(line.gap.c131) <= TOLERANCE


def _share_tells(line: MirrorLine) -> bool:
    return _t1_tells(line) and _employer_part(line) is not None


def _share(line: MirrorLine) -> Decimal | None:
    """In whole percents, from contribution 142: the employer's part of T1, at
    the rate that is declared rather than at that of the contract."""
    rates, t1 = _rates(line), line.calculation.tranches.t1
    own = (_employer_part(line) or 0) - apply_rate(t1, rates.scheme.ceg_t1.employer)
    declared = _t1(line)
    total = rates.t1.total
    if declared is not None:
        total = rates.scheme.called(declared, Decimal(0)).total
    guess = int((Decimal(own) * 10_000 / (t1 * total)).to_integral_value())
    condition = line.calculation.condition
    recorded = (
        condition.employer_share if condition else rates.scheme.standard_employer_share
    )
    for percent in (recorded, *map(Decimal, (guess, guess - 1, guess + 1))):
        if 0 <= percent <= _MOST:
            rate = (total * percent / 100).quantize(_HUNDREDTH, ROUND_HALF_UP)
            if abs(apply_rate(t1, rate) - own) <= TOLERANCE:
                return percent
    return None


T1 = Measure(tells=_t1_tells, implied=_t1)
"""The calculation rate of T1, in percent, before the call rate."""
T2 = Measure(tells=_t2_tells, implied=_t2)
"""That of T2, where T1 is at the rate of the contract."""
SHARE = Measure(tells=_share_tells, implied=_share)
"""The employer's share of T1, in percent."""


def _employer_part(line: MirrorLine) -> Cents | None:
    amounts = [
        contribution.amount
        for part in line.parts
        if part.base.code == CAPPED
        for contribution in part.base.contributions
        if contribution.code == EMPLOYER_T1 and contribution.amount is not None
    ]
    return sum(amounts) if amounts else None


def _rates(line: MirrorLine) -> Rates:
    return rates_for(line.calculation.condition, line.period.first)


def _others(line: MirrorLine, rates: Rates, left_out: str) -> Cents:
    """What is due under code 131 beside one line of the payslip."""
    lines = contribution_lines(line.calculation.tranches, rates, cadre=False)
    return sum(each.total for each in lines if each.label != left_out)


def _rate(amount: Cents, base: Cents, scheme: Scheme) -> Decimal | None:
    """The rate of two decimals whose called rate gives an amount of a base."""
    if amount < 0:
        return None
    called = (Decimal(amount) * 100 / base).quantize(_HUNDREDTH, ROUND_HALF_UP)
    if abs(apply_rate(base, called) - amount) > TOLERANCE:
        return None
    return calculation_rate(called, scheme)


def _plausible(rate: Decimal | None, floor: Decimal) -> Decimal | None:
    right = rate is not None and rate >= floor and rate % _STEP == 0
    return rate if right else None


def calculation_rate(called: Decimal, scheme: Scheme) -> Decimal | None:
    """The rate that is called at this one; None when no rate is.

    7.87 is called of 6.20 at 127 %; nothing is called at 7.88.
    """
    rate = (called * 100 / scheme.call_rate).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return rate if scheme.called(rate, Decimal(0)).total == called else None


def standard_day(day: date) -> date:
    """A day that parameters are published for, as near as can be."""
    return min(max(day, parameters.first_day()), parameters.horizon())

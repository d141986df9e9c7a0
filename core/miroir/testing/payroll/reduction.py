"""General reduction of employer contributions (L.241-13, D.241-7 CSS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from miroir.testing.payroll.model import Contract, month_days
from miroir.testing.payroll.parameters import (
    FULL_TIME_HOURS,
    PENSION_POINTS,
    reduction_smic,
    reduction_t,
)
from miroir.testing.payroll.rounding import divide
from miroir.testing.payroll.rules import Reduction, Rules

_FOUR = Decimal("0.0001")
_TMIN = 200
_POWER = Decimal("1.75")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """Codes 018 and 106 of one month, negative, and component 79/01."""

    c018: int = 0
    c106: int | None = None
    smic: int = 0


def coefficient(gross: int, smic: int, year: int, t: int) -> Decimal:
    """Four decimals, half-up."""
    limit = 3 * smic if year >= 2026 else 16 * smic // 10
    if gross <= 0 or gross >= limit:
        return Decimal(0)
    ratio = Decimal(smic) / gross
    if year >= 2026:
        spread = Decimal(t - _TMIN) / 10_000
        raw = Decimal(_TMIN) / 10_000 + spread * ((3 * ratio - 1) / 2) ** _POWER
    else:
        raw = Decimal(t) / 6000 * (Decimal("1.6") * ratio - 1)
    top = Decimal(t) / 10_000
    return min(raw, top).quantize(_FOUR, rounding=ROUND_HALF_UP)


def due(gross: int, smic: int, year: int, t: int) -> int:
    """The whole reduction, in positive cents."""
    product = coefficient(gross, smic, year, t) * 10_000
    return divide(gross * int(product), 10_000)


def smic_retained(contract: Contract, year: int, month: int) -> int:
    """SMIC of the month, for the hours and the days of the contract."""
    employment = contract.employment(year, month)
    pay = contract.pays.get(month)
    if employment is None or pay is None:
        return 0
    in_month = month_days(year, month)
    days = (employment[1] - employment[0]).days + 1 - pay.absent_days
    full = reduction_smic(year, month) * max(0, days) * contract.hours
    return divide(full, in_month * FULL_TIME_HOURS)


def reductions(
    contract: Contract,
    year: int,
    months: Sequence[int],
    from_50: bool,
    cumulated: bool,
) -> dict[int, Reduced]:
    """Month by month, or from what is due since January or the hire.

    A new T (October 2019, May 2025) starts the sums again: the two parts of
    such a year are reckoned apart.
    """
    found = {}
    gross = smic = whole = pension = 0
    last_t = 0
    for month in months:
        t = reduction_t(year, month, from_50)
        if t != last_t or not cumulated:
            gross = smic = whole = pension = 0
        last_t = t
        pay = contract.pays.get(month)
        own = smic_retained(contract, year, month)
        gross, smic = gross + (pay.gross if pay else 0), smic + own
        now = due(gross, smic, year, t)
        share = divide(now * PENSION_POINTS, t)
        part = share - pension
        found[month] = Reduced(
            c018=-(now - whole - part),
            c106=-part if now or whole else None,
            smic=own,
        )
        whole, pension = now, share
    return found


def misdeclared(right: Mapping[int, Reduced], rules: Rules) -> dict[int, Reduced]:
    """What an erroneous payroll makes of the same reduction."""
    return {month: _misdeclared(each, rules) for month, each in right.items()}


def _misdeclared(right: Reduced, rules: Rules) -> Reduced:
    if right.c106 is None or rules.reduction is Reduction.RIGHT:
        return right
    if rules.reduction is Reduction.NOT_DECLARED:
        return Reduced(c018=right.c018, smic=right.smic)
    if rules.reduction is Reduction.POSITIVE:
        return Reduced(c018=right.c018, c106=-right.c106, smic=right.smic)
    # 10.02 points, employee share included, instead of 6.01
    share = divide(right.c106 * 1002, PENSION_POINTS)
    return Reduced(c018=right.c018 + right.c106 - share, c106=share, smic=right.smic)

"""Ceilings, tranches and their progressive regularisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from miroir.testing.payroll.model import Contract, month_days
from miroir.testing.payroll.parameters import FULL_TIME_HOURS, PMSS
from miroir.testing.payroll.rounding import divide
from miroir.testing.payroll.rules import Apec, Cet, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """What one month's contributions are computed on, in cents."""

    gross: int
    ceiling: int
    t1: int
    t2: int
    cet: int
    apec: int


@dataclass(frozen=True, slots=True)
class _Sums:
    gross: int = 0
    ceiling: int = 0
    cadre_gross: int = 0
    cadre_ceiling: int = 0

    def plus(self, other: _Sums) -> _Sums:
        return _Sums(
            self.gross + other.gross,
            self.ceiling + other.ceiling,
            self.cadre_gross + other.cadre_gross,
            self.cadre_ceiling + other.cadre_ceiling,
        )


def ceiling(contract: Contract, year: int, month: int, rules: Rules) -> int:
    """R.242-2 CSS: calendar days employed, less whole days unpaid."""
    employment = contract.employment(year, month)
    pay = contract.pays.get(month)
    if employment is None or pay is None:
        return 0
    in_month = month_days(year, month)
    employed = (employment[1] - employment[0]).days + 1
    days = employed if rules.entry_prorated else in_month
    if rules.absence_prorated:
        days = max(0, days - pay.absent_days)
    whole = days == in_month
    if rules.thirtieths and not whole:
        days, in_month = min(days, 30), 30
    pmss = PMSS[year - 1 if rules.old_ceiling else year]
    hours = contract.hours if contract.prorated else FULL_TIME_HOURS
    share = contract.ceiling_share
    return divide(pmss * days * hours * share, in_month * FULL_TIME_HOURS * 100)


def _cadre_part(contract: Contract, year: int, month: int) -> tuple[int, int]:
    """Days of the month as cadre, out of the days employed."""
    employment = contract.employment(year, month)
    if employment is None:
        return 0, 1
    first, last = employment
    days = (last - first).days + 1
    if not contract.is_cadre_on(last):
        return 0, days
    since = max(first, contract.cadre_since or first)
    return (last - since).days + 1, days


def _month(contract: Contract, year: int, month: int, rules: Rules) -> _Sums:
    pay = contract.pays.get(month)
    gross = pay.gross if pay else 0
    limit = ceiling(contract, year, month, rules)
    part, days = _cadre_part(contract, year, month)
    if rules.apec is Apec.EVERYBODY:
        part = days
    return _Sums(gross, limit, divide(gross * part, days), divide(limit * part, days))


def _tranches(sums: _Sums, rules: Rules) -> tuple[int, int]:
    if rules.t2_lost:
        return sums.gross, 0
    t1 = min(sums.gross, sums.ceiling)
    top = min(sums.gross, rules.t2_ceilings * sums.ceiling)
    return t1, max(0, top - sums.ceiling)


def _cet(sums: _Sums, rules: Rules) -> int:
    due = sums.gross > sums.ceiling
    limited = min(sums.gross, 8 * sums.ceiling)
    if rules.cet is Cet.NEVER or rules.t2_lost:
        return 0
    if rules.cet is Cet.ALWAYS:
        return limited
    if rules.cet is Cet.ON_T2:
        return limited - sums.ceiling if due else 0
    return limited if due else 0


def _apec(sums: _Sums, rules: Rules) -> int:
    if rules.apec is Apec.NOBODY:
        return 0
    if rules.apec is Apec.UNCAPPED:
        return sums.cadre_gross
    return min(sums.cadre_gross, 4 * sums.cadre_ceiling)


def bases(
    contract: Contract, year: int, months: Sequence[int], rules: Rules
) -> dict[int, Bases]:
    """The bases of each month, from what is due since January or the hire."""
    before = _Sums()
    found = {}
    for month in months:
        own = _month(contract, year, month, rules)
        now = before.plus(own) if rules.cumulated else own
        old = before if rules.cumulated else _Sums()
        t1, t2 = _tranches(now, rules)
        old_t1, old_t2 = _tranches(old, rules)
        monthly = rules.cet is Cet.MONTHLY
        cet = _cet(own, rules) if monthly else _cet(now, rules) - _cet(old, rules)
        found[month] = Bases(
            gross=own.gross,
            ceiling=own.ceiling,
            t1=t1 - old_t1,
            t2=t2 - old_t2,
            cet=cet,
            apec=_apec(now, rules) - _apec(old, rules),
        )
        before = now
    return found


def days_for_ceiling(contract: Contract, year: int, month: int) -> int:
    """S21.G00.53, unit 40."""
    employment = contract.employment(year, month)
    if employment is None:
        return 0
    absent = contract.pays[month].absent_days
    return max(0, (employment[1] - employment[0]).days + 1 - absent)


def changes_inside(contract: Contract, year: int, month: int) -> date | None:
    """The day the status changes, when it is not the first of the period."""
    since, employment = contract.cadre_since, contract.employment(year, month)
    if since is None or employment is None:
        return None
    return since if employment[0] < since <= employment[1] else None

"""The rule of the ceiling in Decimal, employee by employee: a second opinion.

Written from the rules alone, without a line of the columns it is compared
with: dated values only come from `miroir.parameters`. Divisions come last, at
60 digits, so that an exact half is seen as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import NamedTuple

from miroir import parameters
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.period import Month

WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
CENT, ONE, FOURTH = Decimal("0.01"), Decimal(1), Decimal("0.0001")
HOURS = (35 * 52, 12)
NO_STATUS = (98, 99)


class MonthGiven(NamedTuple):
    """What one month declares: cents, days in ten-thousandths."""

    start: date
    end: date | None
    status: int
    days: int
    worked: int
    reference: int
    by_days: bool
    apprentice: bool
    gross: int
    cadre_gross: int
    c131: int
    c132: int
    c106: int
    legacy: bool
    c109: int
    c018: int | None
    own_106: int | None
    smic: int


class MonthFound(NamedTuple):
    """What is due, in cents, and the bases it is due on."""

    c131: int
    c132: int
    c106: int
    declared: int
    ceiling: int
    t1: int
    t2: int
    cet: int
    apec: int
    exempted: int


def nearest(numerator: Decimal | int, denominator: Decimal | int = 1) -> int:
    """Half-up, away from zero, of one exact ratio."""
    ratio = WIDE.divide(Decimal(numerator), Decimal(denominator))
    return int(ratio.quantize(ONE, rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares as (employer, employee) ratios of the base; T by headcount."""

    t1: tuple[Decimal, Decimal]
    t2: tuple[Decimal, Decimal]
    ceg_t1: tuple[Decimal, Decimal]
    ceg_t2: tuple[Decimal, Decimal]
    cet: tuple[Decimal, Decimal]
    apec: tuple[Decimal, Decimal]
    obligatory: Decimal
    points: Decimal
    ts: tuple[Decimal, ...]


@cache
def rates_of(
    t1: Decimal | None,
    t2: Decimal | None,
    share: Decimal | None,
    headcount: Headcount | None,
    month: Month,
) -> Rates:
    """Called rates: rate x 127 % to the hundredth of a percent, then split."""
    scheme = parameters.scheme(month.first)

    def called(rate: Decimal, part: Decimal) -> tuple[Decimal, Decimal]:
        whole = (rate * scheme.call_rate / 100).quantize(CENT, ROUND_HALF_UP)
        employer = (whole * part / 100).quantize(CENT, ROUND_HALF_UP)
        return employer / 100, (whole - employer) / 100

    def ratio(of: parameters.Share) -> tuple[Decimal, Decimal]:
        return of.employer / 100, of.employee / 100

    usual_share = scheme.standard_employer_share
    part = usual_share if share is None else share
    usual = called(scheme.standard_t1, usual_share)
    own = called(scheme.standard_t1 if t1 is None else t1, part)
    rule = parameters.reduction(month.first)
    lower = max(usual[0] - own[0], Decimal(0))
    ts = {Headcount.UNDER_50: rule.t_under, Headcount.FROM_50: rule.t_from}
    kept = [headcount] if headcount else list(ts)
    return Rates(
        t1=own,
        t2=called(scheme.standard_t2 if t2 is None else t2, part),
        ceg_t1=ratio(scheme.ceg_t1),
        ceg_t2=ratio(scheme.ceg_t2),
        cet=ratio(scheme.cet),
        apec=ratio(scheme.apec),
        obligatory=min(usual[1], own[1]),
        points=rule.points / 100 - lower,
        ts=tuple(ts[size] - lower for size in kept),
    )


def condition_rates(condition: AdhesionCondition | None, month: Month) -> Rates:
    if condition is None:
        return rates_of(None, None, None, None, month)
    held = condition
    return rates_of(
        held.rate_t1, held.rate_t2, held.employer_share, held.headcount, month
    )


@cache
def hourly_smic(day: date) -> int:
    """In cents."""
    monthly = parameters.monthly_smic(day)
    return nearest(monthly * HOURS[1], HOURS[0])


@dataclass(slots=True)
class DecimalYear:
    """The months of one employee in order, every one of them known."""

    gross: int = 0
    ceiling: int = 0
    cadre_gross: int = 0
    cadre_ceiling: int = 0
    smic: int = 0
    given: int = 0

    def month(self, month: Month, given: MonthGiven, rates: Rates) -> MonthFound:
        ceiling = self._ceiling(month, given)
        t1, t2, cet, apec = self._bases(given, ceiling)
        due, declared, spared = self._c131(month, given, rates, (t1, t2, cet))
        c132 = self._c132(given, apec, rates)
        c106 = self._c106(month, given, rates)
        if given.legacy:
            due, c132 = due + c132, 0
        return MonthFound(due, c132, c106, declared, ceiling, t1, t2, cet, apec, spared)

    def _ceiling(self, month: Month, given: MonthGiven) -> int:
        """PMSS x days x quota; a reduced forfait en jours keeps all of it."""
        days, of = given.days, month.days * 10_000
        if not given.by_days:
            days, of = days * given.worked, of * given.reference
        return nearest(parameters.ceiling(month.first) * days, of)

    def _cumulated(self) -> tuple[int, int, int, int]:
        pay, ceiling = self.gross, self.ceiling
        apec = min(self.cadre_gross, 4 * self.cadre_ceiling)
        if pay <= ceiling:
            return pay, 0, 0, apec
        return ceiling, min(pay, 8 * ceiling) - ceiling, min(pay, 8 * ceiling), apec

    def _bases(self, given: MonthGiven, ceiling: int) -> tuple[int, int, int, int]:
        old = self._cumulated()
        self.gross += given.gross
        self.ceiling += ceiling
        self.cadre_gross += given.cadre_gross
        if given.cadre_gross == given.gross:
            self.cadre_ceiling += ceiling
        elif given.gross > 0:
            self.cadre_ceiling += ceiling * given.cadre_gross // given.gross
        new = self._cumulated()
        return new[0] - old[0], new[1] - old[1], new[2] - old[2], new[3] - old[3]

    def _c131(
        self,
        month: Month,
        given: MonthGiven,
        rates: Rates,
        bases: tuple[int, int, int],
    ) -> tuple[int, int, int]:
        """Due, declared as it compares, and spared to an apprentice."""
        t1, t2, cet = bases
        lines = [(t1, rates.t1), (t1, rates.ceg_t1)]
        lines += [(t2, rates.t2), (t2, rates.ceg_t2), (cet, rates.cet)]
        whole = sum(nearest(base * rate) for base, both in lines for rate in both)
        if not given.apprentice:
            return whole, given.c131, 0
        first, second = (
            self._apprentice(given, whole, self._spared(exempt, bases, rates))
            for exempt in _exempt(month, given)
        )
        near, nearer = abs(first[1] - first[0]), abs(second[1] - second[0])
        return second if nearer <= 5 and nearer < near else first

    def _spared(self, exempt: int, bases: tuple[int, int, int], rates: Rates) -> int:
        t1, _, cet = bases
        spared = 0
        for base, rate, obligatory in (
            (t1, rates.t1[1], rates.obligatory),
            (t1, rates.ceg_t1[1], rates.ceg_t1[1]),
            (cet, rates.cet[1], rates.cet[1]),
        ):
            if base > 0:
                left = nearest(max(base - exempt, 0) * obligatory)
                above = nearest(base * (rate - obligatory))
                spared += nearest(base * rate) - left - above
        return spared

    def _apprentice(
        self, given: MonthGiven, whole: int, spared: int
    ) -> tuple[int, int, int]:
        due, declared = whole - spared, given.c131
        if abs(declared - due) > 5 and given.c109 < 0:
            declared += given.c109
        return due, declared, spared

    def _c132(self, given: MonthGiven, apec: int, rates: Rates) -> int:
        amount = sum(nearest(apec * rate) for rate in rates.apec)
        if given.status in NO_STATUS:
            nearer = abs(given.c132 - amount) < abs(given.c132)
            return amount if nearer else 0
        return amount if given.status == 1 or given.cadre_gross else 0

    def _c106(self, month: Month, given: MonthGiven, rates: Rates) -> int:
        smic = given.smic or _usual_smic(month, given)
        self.smic += smic
        if given.c018 is None and given.own_106 is None:
            return 0
        best = min(
            self._options(month, given, rates, smic),
            key=lambda each: (
                max(abs(each[1] - each[0]) - 2, 0),
                abs(given.c106 - each[0]),
            ),
        )
        self.given += best[0]
        return best[0]

    def _options(
        self, month: Month, given: MonthGiven, rates: Rates, smic: int
    ) -> Iterator[tuple[int, int]]:
        """Amount, and what 018 and 106 declared make of it."""
        rule, points = parameters.reduction(month.first), rates.points
        social, pension = given.c018 or 0, given.own_106 or 0
        for t in rates.ts:
            if social and social * pension <= 0:
                claimed = nearest(social * points, t - points)
            else:
                claimed = nearest((social + pension) * points, t)
            yield _reduction(given.gross, smic, rule, t, points), claimed
            year = _reduction(self.gross, self.smic, rule, t, points)
            yield year - self.given, claimed


def _exempt(month: Month, given: MonthGiven) -> Iterator[int]:
    """With the SMIC of the month, then of January."""
    first = max(given.start, month.first)
    last = min(given.end or month.last, month.last)
    days = max((last - first).days + 1, 0)
    percent = 50 if given.start >= date(2025, 3, 1) else 79
    for day in (month.first, month.january.first):
        top = hourly_smic(day) * HOURS[0] * percent * days
        threshold = nearest(top, HOURS[1] * 100 * month.days)
        yield min(max(given.gross, 0), threshold)


def _usual_smic(month: Month, given: MonthGiven) -> int:
    day = month.first if month.year < 2026 else month.january.first
    work = given.days * given.worked
    whole = month.days * 10_000 * given.reference
    return nearest(hourly_smic(day) * HOURS[0] * work, HOURS[1] * whole)


def _reduction(
    gross: int, smic: int, rule: parameters.Reduction, t: Decimal, points: Decimal
) -> int:
    if gross <= 0 or smic <= 0:
        return 0
    if rule.formula == "3 smic":
        inner = WIDE.divide(Decimal(3 * smic - gross), Decimal(2 * gross))
        if inner <= 0:
            return 0
        power = WIDE.power(inner, rule.power)
        whole = WIDE.fma(t - rule.t_minimum, power, rule.t_minimum)
    else:
        whole = WIDE.divide(t * (16 * smic - 10 * gross), Decimal(6 * gross))
    c = whole.quantize(FOURTH, ROUND_HALF_UP, WIDE)
    c = min(max(c, Decimal(0)), t)
    return -nearest(nearest(gross * c) * points, t)


def decimal_year(
    months: Sequence[tuple[Month, MonthGiven, Rates]],
) -> list[MonthFound]:
    """The months of one employee, from January or the hire on."""
    year = DecimalYear()
    return [year.month(*each) for each in months]

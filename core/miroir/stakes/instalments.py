"""What each payment lacks, or has too much of, and its surcharges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

from miroir import parameters
from miroir.errors import BeyondHorizon
from miroir.gap.payments import QUARTERLY, QUARTERLY_PAYMENT
from miroir.stakes.attribution import LineKey, key_of
from miroir.stakes.model import Instalment, NotPriced, Standing, Subject
from miroir.stakes.surcharges import (
    due_on,
    late_months,
    least,
    next_growth,
    out_of_time_on,
)
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, PaymentGap
from miroir.types.period import Month


@dataclass(slots=True)
class Balance:
    """One payment to come: the months in it, what it lacks, what is open."""

    quarterly: bool
    periods: set[Month] = field(default_factory=set)
    amount: Cents = 0
    open: Cents = 0


def balances_of(
    lines: Sequence[MirrorLine],
    standings: Mapping[LineKey, Standing],
    view: CompanyView,
) -> Mapping[tuple[str, date], Balance]:
    """Gaps and payments by establishment and day of payment."""
    found: dict[tuple[str, date], Balance] = {}

    @cache
    def at(siret: str, period: Month) -> Balance:
        quarterly = _is_quarterly(siret, period, view)
        key = siret, due_on(period, quarterly)
        balance = found.setdefault(key, Balance(quarterly))
        balance.periods.add(period)
        return balance

    for line in lines:
        balance = at(line.siret, line.period)
        balance.amount += line.gap.total
        if standings[key_of(line)] is Standing.OPEN:
            balance.open += line.gap.total
    for payment in view.payments:
        # Without a block 20 it may have been paid in another way.
        if _counts(payment, view.tolerance):
            at(payment.siret, payment.period).amount += payment.amount
    return found


def _counts(payment: PaymentGap, tolerance: Cents) -> bool:
    """Whether a payment says that something is owed, and for a known month."""
    known = parameters.first_day() <= payment.period.first <= parameters.horizon()
    read = not payment.accepted and bool(payment.evidence)
    return known and read and abs(payment.amount) > tolerance


def _is_quarterly(siret: str, period: Month, view: CompanyView) -> bool:
    """By the adhesion, or because payments were read as quarterly."""
    return any(
        one.periodicity == QUARTERLY
        and one.siret in ("", siret)
        and one.covers(period.last)
        for one in view.conditions
    ) or any(
        one.accepted == QUARTERLY_PAYMENT and (one.siret, one.period) == (siret, period)
        for one in view.payments
    )


def instalments_of(
    balances: Mapping[tuple[str, date], Balance], on: date
) -> tuple[tuple[Instalment, ...], list[NotPriced]]:
    """Payments in order, and those whose surcharges are not known."""
    found: list[Instalment] = []
    unknown: set[Month] = set()
    for (siret, due), balance in sorted(balances.items(), key=lambda one: one[0]):
        if not balance.amount:
            continue
        ends = out_of_time_on(due, min(balance.periods))
        one = Instalment(
            siret=siret,
            periods=tuple(sorted(balance.periods)),
            quarterly=balance.quarterly,
            due_on=due,
            overdue=on > due,
            balance=balance.amount,
            open=balance.open,
            late=(),
            least=0,
            out_of_time_on=ends,
            out_of_time=on >= ends,
        )
        try:
            found.append(_with_surcharges(one, on))
        except BeyondHorizon:
            found.append(one)
            unknown.update(one.periods)
    return tuple(found), list(_without_rate(unknown, on))


def _with_surcharges(one: Instalment, on: date) -> Instalment:
    if one.out_of_time or not one.owed:
        return one
    late = late_months(one.owed, one.due_on, on)
    return replace(one, late=late, least=least(on, one.quarterly) if late else 0)


def _without_rate(months: set[Month], on: date) -> Iterator[NotPriced]:
    if months:
        yield NotPriced(
            what=Subject.SURCHARGES,
            why=f"aucun taux n’est publié pour {on.year}",
            months=tuple(sorted(months)),
        )


def growth_of(instalments: Sequence[Instalment], on: date) -> tuple[date, Cents] | None:
    """The next day of payment, and the surcharges if it passes too."""
    owed = [one for one in instalments if one.owed and not one.out_of_time]
    if not owed:
        return None
    try:
        until = next_growth(on)
        after = until + timedelta(days=1)
        months = [late_months(one.owed, one.due_on, after) for one in owed]
    except BeyondHorizon:
        return None
    return until, sum(month.amount for late in months for month in late)

"""What is at stake for one company, from its analysis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from miroir import parameters
from miroir.errors import BeyondHorizon
from miroir.gap.payments import QUARTERLY, QUARTERLY_PAYMENT
from miroir.parameters.rights import payment_terms, surcharge_method
from miroir.stakes.attribution import (
    LineKey,
    by_line,
    cause_stakes,
    key_of,
    standing_of,
    together,
)
from miroir.stakes.model import (
    EmployeePoints,
    Instalment,
    LinePoints,
    NotPriced,
    Stakes,
    Standing,
    Subject,
)
from miroir.stakes.points import line_points
from miroir.stakes.surcharges import (
    due_on,
    late_months,
    least,
    next_growth,
    out_of_time_on,
)
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import (
    CompanyAnalysis,
    CompanyView,
    Diagnosis,
    PaymentGap,
)
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

_COUNTED = (Standing.CLAIMED, Standing.OPEN)
_OMITTED = frozenset({"SALARIE_OMIS_UN_MOIS", "DSN_MENSUELLE_MANQUANTE"})
"""What was not declared at all shows in no line: nothing can be counted."""


@dataclass(slots=True)
class _Balance:
    """One payment to come: the months in it, what it lacks, what is open."""

    quarterly: bool
    periods: set[Month] = field(default_factory=set)
    amount: Cents = 0
    open: Cents = 0


def stakes_of(analysis: CompanyAnalysis, on: date) -> Stakes:
    """What is at stake on the day `on`; what has no figure is told apart."""
    view = analysis.view
    causes = by_line(analysis.diagnoses, view)
    standings = {key: together(causes.get(key, ())) for key in _keys(view)}
    counted = [line for line in view.gaps if standings[key_of(line)] in _COUNTED]
    balances = _balances(counted, standings, view)
    instalments, unpaid = _instalments(balances, on)
    employees, unknown = _points(counted, causes, view.tolerance)
    growth = _growth(instalments, on)
    return Stakes(
        siren=view.siren,
        on=on,
        causes=cause_stakes(analysis.diagnoses, view),
        instalments=instalments,
        employees=employees,
        not_priced=(
            *unpaid,
            *unknown,
            *_undeclared(analysis.diagnoses),
            *_payments_unread(view),
            *_not_computed(view),
        ),
        ours=sum(
            line.gap.total
            for line in view.gaps
            if standings[key_of(line)] is Standing.OURS
        ),
        next_day=growth[0] if growth else None,
        next_surcharge=growth[1] if growth else None,
        sources=_sources(on),
    )


def _keys(view: CompanyView) -> Iterator[LineKey]:
    return (key_of(line) for line in view.gaps)


def _balances(
    lines: Sequence[MirrorLine],
    standings: Mapping[LineKey, Standing],
    view: CompanyView,
) -> Mapping[tuple[str, date], _Balance]:
    """Gaps and payments by establishment and day of payment."""
    found: dict[tuple[str, date], _Balance] = {}

    def at(siret: str, period: Month) -> _Balance:
        quarterly = _is_quarterly(siret, period, view)
        key = siret, due_on(period, quarterly)
        balance = found.setdefault(key, _Balance(quarterly))
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


def _instalments(
    balances: Mapping[tuple[str, date], _Balance], on: date
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


def _growth(instalments: Sequence[Instalment], on: date) -> tuple[date, Cents] | None:
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


def _points(
    lines: Sequence[MirrorLine],
    causes: Mapping[LineKey, Sequence[Diagnosis]],
    tolerance: Cents,
) -> tuple[tuple[EmployeePoints, ...], list[NotPriced]]:
    """Points by employee, those who lack most first; lines without a figure."""
    found: dict[PersonNumber, list[LinePoints]] = defaultdict(list)
    unknown: list[MirrorLine] = []
    for line in lines:
        ids = [each.cause.id for each in causes.get(key_of(line), ())]
        points = line_points(line, ids, tolerance)
        if points is None:
            unknown.append(line)
        elif points.points:
            found[line.person].append(points)
    employees = [
        EmployeePoints(person=person, lines=tuple(own)) for person, own in found.items()
    ]
    employees.sort(key=lambda one: (one.points, one.person))
    return tuple(employees), list(_without_rule(unknown))


def _without_rule(lines: Sequence[MirrorLine]) -> Iterator[NotPriced]:
    if lines:
        yield NotPriced(
            what=Subject.POINTS,
            why="la cause de l’écart ne dit pas quelle part ouvre des points",
            months=tuple(sorted({line.period for line in lines})),
            persons=tuple(sorted({line.person for line in lines})),
        )


def _undeclared(diagnoses: Sequence[Diagnosis]) -> Iterator[NotPriced]:
    for each in diagnoses:
        if each.cause.id in _OMITTED and standing_of(each) in _COUNTED:
            yield NotPriced(
                what=Subject.UNDECLARED,
                why="il n’y a pas d’assiette à compter",
                months=tuple(sorted(set(each.finding.periods))),
                persons=tuple(sorted(set(each.finding.persons))),
            )


def _payments_unread(view: CompanyView) -> Iterator[NotPriced]:
    months = {
        payment.period
        for payment in view.payments
        if not payment.accepted and not payment.evidence and payment.amount
    }
    if months:
        yield NotPriced(
            what=Subject.PAYMENT,
            why="la DSN n’en porte pas : il a pu être fait autrement",
            months=tuple(sorted(months)),
        )
    elsewhere = {one.period for one in view.payments if one.adhesion_institution}
    if elsewhere:
        yield NotPriced(
            what=Subject.PAYMENT,
            why="fait à une autre institution : à réaffecter avant tout retard",
            months=tuple(sorted(elsewhere)),
        )


def _not_computed(view: CompanyView) -> Iterator[NotPriced]:
    lines = [line for line in view.mirror if not line.computed]
    if lines:
        yield NotPriced(
            what=Subject.NOT_COMPUTED,
            why="aucun calcul n’est possible sur ces mois",
            months=tuple(sorted({line.period for line in lines})),
            persons=tuple(sorted({line.person for line in lines})),
        )


def _sources(on: date) -> tuple[str, ...]:
    """What the whole computation rests on, apart from dated values."""
    try:
        return surcharge_method(on).source, payment_terms(on).source
    except BeyondHorizon:
        return ()

"""Payments (block 20) beside the contributions that their declarations detail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from miroir.gap.detail import choices, nearest_expected
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.declaration import Declaration, Evidence, Payment
from miroir.types.diagnosis import PaymentGap
from miroir.types.period import Month

EURO = 100
QUARTERLY = "T"
QUARTERLY_PAYMENT = "versement trimestriel"


@dataclass(slots=True)
class _Owed:
    """One establishment, one period: what is detailed, what is paid.

    `apprentice`: whether 109 counts; None when its own payment is to tell.
    """

    siret: str
    period: Month
    declarations: list[Declaration] = field(default_factory=list)
    payments: list[tuple[Declaration, Payment]] = field(default_factory=list)
    institution: str = ""
    apprentice: bool | None = None

    @property
    def paid(self) -> Cents:
        return sum(payment.amount for _, payment in self.payments)

    @property
    def expected(self) -> Cents:
        """A negative sum cannot be paid: 20.005 is never under zero."""
        without, with_109 = choices(self.declarations)
        if self.apprentice is None:
            return nearest_expected(self.declarations, self.paid)
        return with_109 if self.apprentice else without

    @property
    def balance(self) -> Cents:
        return self.paid - self.expected


def payment_gaps(
    declarations: Sequence[Declaration], conditions: Sequence[AdhesionCondition]
) -> tuple[PaymentGap, ...]:
    """Every payment to an Agirc-Arrco institution, exact ones included."""
    owed = [
        _owed(siret, period, group, conditions)
        for (siret, period), group in sorted(_by_month(declarations).items())
    ]
    _move_late_payments(owed)
    for several in (*_by(owed, _quarter), *_by(owed, lambda each: each.period)):
        _settle_together(several)
    gaps = [_gap(each) for each in owed if each.payments or each.expected]
    gaps = list(_accept_quarters(gaps, conditions))
    return tuple(_accept_company_level(gaps))


def _quarter(owed: _Owed) -> tuple[str, int, int]:
    return owed.siret, owed.period.year, (owed.period.month - 1) // 3


def _by(
    owed: Iterable[_Owed], key: Callable[[_Owed], object]
) -> Iterable[Sequence[_Owed]]:
    groups: dict[object, list[_Owed]] = defaultdict(list)
    for each in owed:
        groups[key(each)].append(each)
    return groups.values()


def _settle_together(several: Sequence[_Owed]) -> None:
    """One payment for a quarter, or for all establishments, tells whether 109
    counts; each month alone, or each establishment, would not."""
    paid = sum(each.paid for each in several)
    if len(several) > 1 and any(each.balance for each in several):
        expected = [choices(each.declarations) for each in several]
        for counted in (False, True):
            if abs(paid - sum(each[counted] for each in expected)) <= EURO // 2:
                for each in several:
                    each.apprentice = counted
                return


def _move_late_payments(owed: Sequence[_Owed]) -> None:
    """Give a payment to the month it pays (20.006) when that balances better.

    A regularisation is usually paid with the month that declares it; a payment
    that was short is completed later, under its own month.
    """
    months = {(each.siret, each.period): each for each in owed}
    for each in owed:
        for declaration, payment in list(each.payments):
            paid = months.get((each.siret, Month.of(payment.start)))
            if paid is None or paid is each:
                continue
            before = abs(each.balance) + abs(paid.balance)
            each.payments.remove((declaration, payment))
            paid.payments.append((declaration, payment))
            if abs(each.balance) + abs(paid.balance) >= before:
                paid.payments.pop()
                each.payments.append((declaration, payment))


def _by_month(
    declarations: Iterable[Declaration],
) -> dict[tuple[str, Month], list[Declaration]]:
    groups: dict[tuple[str, Month], list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        groups[declaration.siret, declaration.period].append(declaration)
    return groups


def _owed(
    siret: str,
    period: Month,
    declarations: list[Declaration],
    conditions: Sequence[AdhesionCondition],
) -> _Owed:
    institution = _institution(siret, period.last, conditions)
    others = _other_institutions(declarations)
    owed = _Owed(siret, period, declarations, institution=institution)
    for declaration in declarations:
        for payment in declaration.payments:
            if payment.institution == institution or (
                _is_siret_like(payment.institution)
                and payment.institution not in others
            ):
                owed.payments.append((declaration, payment))
    return owed


def _is_siret_like(institution: str) -> bool:
    """Fourteen digits, whatever their key: a wrong SIRET is to be found."""
    return len(institution) == 14 and institution.isdigit()


def _institution(siret: str, day: date, conditions: Sequence[AdhesionCondition]) -> str:
    for condition in conditions:
        if condition.siret in ("", siret) and condition.covers(day):
            return condition.institution
    return ""


def _other_institutions(declarations: Iterable[Declaration]) -> set[str]:
    """Urssaf, MSA and others: they have a bordereau (22) or own codes (81.002)."""
    others: set[str] = set()
    return others.union(*(each.collectors() for each in declarations))


def _gap(owed: _Owed) -> PaymentGap:
    targets = sorted({payment.institution for _, payment in owed.payments})
    elsewhere = owed.institution and targets and owed.institution not in targets
    gap = PaymentGap(
        siret=owed.siret,
        institution=", ".join(targets) or owed.institution,
        period=owed.period,
        declared=owed.paid,
        expected=owed.expected,
        adhesion_institution=owed.institution if elsewhere else "",
        evidence=tuple(_evidence(owed)),
    )
    return replace(gap, accepted=_accepted(gap))


def _evidence(owed: _Owed) -> Iterator[Evidence]:
    for declaration, payment in owed.payments:
        yield declaration.evidence(payment.block, "001")
        yield declaration.evidence(payment.block, "005")


def _accepted(gap: PaymentGap) -> str:
    """Why a difference is legitimate by itself, in French; empty otherwise."""
    if gap.amount and gap.declared % EURO == 0 and abs(gap.amount) <= EURO // 2:
        return "versement arrondi à l’euro"
    return ""


def _accept_quarters(
    gaps: list[PaymentGap], conditions: Sequence[AdhesionCondition]
) -> Iterator[PaymentGap]:
    """A quarterly payer pays nothing for two months, then for three."""
    quarters: dict[tuple[str, int, int], list[PaymentGap]] = defaultdict(list)
    for gap in gaps:
        quarter = (gap.period.month - 1) // 3
        quarters[gap.siret, gap.period.year, quarter].append(gap)
    for months in quarters.values():
        if _is_quarterly(months, conditions):
            yield from (replace(gap, accepted=QUARTERLY_PAYMENT) for gap in months)
        else:
            yield from months


def _is_quarterly(
    months: Sequence[PaymentGap], conditions: Sequence[AdhesionCondition]
) -> bool:
    *first, last = sorted(months, key=lambda gap: gap.period)
    if any(gap.declared for gap in first):
        return False
    if last.period.month % 3 == 0 and len(months) > 1:
        return abs(sum(gap.amount for gap in months)) <= EURO // 2
    siret, day = last.siret, last.period.last
    declared_quarterly = any(
        condition.periodicity == QUARTERLY
        and condition.siret in ("", siret)
        and condition.covers(day)
        for condition in conditions
    )
    return declared_quarterly and last.declared == 0 and last.period.month % 3 != 0


def _accept_company_level(gaps: Sequence[PaymentGap]) -> Iterator[PaymentGap]:
    """One establishment may pay for all: only the company's sum then counts."""
    by_month: dict[Month, list[PaymentGap]] = defaultdict(list)
    for gap in gaps:
        by_month[gap.period].append(gap)
    for gap in gaps:
        together = by_month[gap.period]
        settled = len({each.siret for each in together}) > 1 and not sum(
            each.amount for each in together
        )
        if settled and gap.amount and not gap.accepted:
            yield replace(gap, accepted="versement fait au niveau de l’entreprise")
        else:
            yield gap

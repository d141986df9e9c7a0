"""Payslips: everything a month of one contract declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from miroir.testing.payroll.bases import Bases, bases, changes_inside
from miroir.testing.payroll.contributions import (
    Amounts,
    apec,
    contributions,
    exempted_base,
    exemption,
)
from miroir.testing.payroll.model import Company, Contract, Habits
from miroir.testing.payroll.reduction import Reduced, misdeclared, reductions
from miroir.testing.payroll.rounding import divide
from miroir.testing.payroll.rules import Apec, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One base period of one contract; amounts in cents.

    `base_02` may differ from T1 when the tranche 2 is lost. `c109`: negative
    when the exemption is apart, None when 131 is net of it.
    """

    contract: Contract
    start: date
    end: date
    gross: int
    base_02: int
    under_02: int
    under_03: int
    c132: int | None
    exempted: int
    c109: int | None
    employer_t1: int
    employer_t2: int
    reduced: Reduced

    @property
    def c131(self) -> int:
        return self.under_02 + self.under_03

    @property
    def total(self) -> int:
        """What is declared to Agirc-Arrco: 131, 132, 106, and 109 when apart."""
        optional = (self.c132, self.reduced.c106, self.c109)
        return self.c131 + sum(each for each in optional if each is not None)


def slips(
    company: Company,
    contract: Contract,
    year: int,
    months: Sequence[int],
    rules: Rules,
    habits: Habits,
) -> dict[int, tuple[Slip, ...]]:
    """The payslips by month; two when the status changes inside a month."""
    known = bases(contract, year, months, rules)
    right = reductions(
        contract, year, months, company.from_50, habits.reduction_cumulated
    )
    reduced = misdeclared(right, rules)
    found: dict[int, tuple[Slip, ...]] = {}
    for month in months:
        employment = contract.employment(year, month)
        if employment is None or month not in contract.pays:
            continue
        slip = _slip(company, contract, known[month], employment, rules, habits)
        slip = replace(slip, reduced=reduced[month])
        since = changes_inside(contract, year, month)
        found[month] = (slip,) if since is None else split(slip, since)
    return found


def _slip(
    company: Company,
    contract: Contract,
    base: Bases,
    employment: tuple[date, date],
    rules: Rules,
    habits: Habits,
) -> Slip:
    start, end = employment
    amounts = contributions(base, company.adhesion, rules, habits)
    exempted = exempted_base(contract, start.year, start.month, base.gross, rules)
    relief = exemption(exempted, company.adhesion, rules, habits)
    shared = _shared_cet(amounts, base) if habits.cet_shared else 0
    apec_due = apec(base.apec, habits)
    with_apec = apec_due if rules.apec_in_131 else 0
    cadre = contract.is_cadre_on(end) and rules.apec is not Apec.NOBODY
    net = relief if habits.apprentice_net else 0
    return Slip(
        contract=contract,
        start=start,
        end=end,
        gross=base.gross,
        base_02=base.t1,
        under_02=amounts.under_t1 + shared + net,
        under_03=amounts.total - amounts.under_t1 - shared + with_apec,
        c132=apec_due if base.apec or cadre else None,
        exempted=exempted,
        c109=None if habits.apprentice_net or not exempted else relief,
        employer_t1=amounts.employer_t1,
        employer_t2=amounts.employer_t2,
        reduced=Reduced(),
    )


def _shared_cet(amounts: Amounts, base: Bases) -> int:
    """The CET under base 02, in proportion to T1."""
    whole = base.t1 + base.t2
    return divide(sum(amounts.cet) * base.t1, whole) if whole else 0


def split(slip: Slip, since: date) -> tuple[Slip, Slip]:
    """Two base periods for one month, in proportion to days; Apec after."""
    days = (slip.end - slip.start).days + 1
    part = (since - slip.start).days

    def first(amount: int) -> int:
        return divide(amount * part, days)

    smic, c018 = first(slip.reduced.smic), first(slip.reduced.c018)
    c106 = slip.reduced.c106
    before = replace(
        slip,
        end=since - timedelta(days=1),
        gross=first(slip.gross),
        base_02=first(slip.base_02),
        under_02=first(slip.under_02),
        under_03=first(slip.under_03),
        c132=None,
        employer_t1=first(slip.employer_t1),
        employer_t2=first(slip.employer_t2),
        reduced=Reduced(
            c018=c018, c106=None if c106 is None else first(c106), smic=smic
        ),
    )
    return before, _rest(slip, before, since)


def _rest(slip: Slip, before: Slip, since: date) -> Slip:
    c106 = slip.reduced.c106
    return replace(
        slip,
        start=since,
        gross=slip.gross - before.gross,
        base_02=slip.base_02 - before.base_02,
        under_02=slip.under_02 - before.under_02,
        under_03=slip.under_03 - before.under_03,
        employer_t1=slip.employer_t1 - before.employer_t1,
        employer_t2=slip.employer_t2 - before.employer_t2,
        reduced=Reduced(
            c018=slip.reduced.c018 - before.reduced.c018,
            c106=None if c106 is None else c106 - (before.reduced.c106 or 0),
            smic=slip.reduced.smic - before.reduced.smic,
        ),
    )

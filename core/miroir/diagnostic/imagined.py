"""What a payroll with some errors would have declared for one month.

An `Imagined` month holds every choice that a payroll makes: bases, rates, which
lines it forgets. The right month is one of them; an error changes one choice,
several errors change several, and the amounts of all together follow exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache

from miroir import parameters
from miroir.parameters import Scheme, Share
from miroir.recomputation.apprentice import exempt_bases
from miroir.recomputation.cumulation import Cumul
from miroir.recomputation.facts import UNCAPPED, distinct
from miroir.types.amounts import Cents, apply_rate
from miroir.types.calculation import Amounts, Basis, DeclaredPart, MirrorLine, Tranches

STANDARD_SHARE = Decimal(60)
CLOSE: Cents = 4
"""Rounding by line or by global rate: at most 0.03 € apart, and a cent."""

Pair = tuple[Cents, Cents]
"""131 and 132, in cents."""


class Party(Enum):
    BOTH = auto()
    EMPLOYER = auto()
    EMPLOYEE = auto()


@dataclass(frozen=True, slots=True)
class Half:
    """The share of one party alone: on 132 too or not, by lines of the payslip
    or as a part of the whole amount."""

    party: Party = Party.BOTH
    apec: bool = False
    at_once: bool = False

    def kept(self, employer: Cents, employee: Cents, share: Decimal) -> Cents:
        """`share`: the employer's, in percent."""
        if self.party is Party.BOTH:
            return employer + employee
        of_employer = self.party is Party.EMPLOYER
        if not self.at_once:
            return employer if of_employer else employee
        return apply_rate(employer + employee, share if of_employer else 100 - share)


WHOLE = Half()


@dataclass(frozen=True, slots=True)
class Sums:
    """Pay and ceilings since January, before and after the month."""

    before: Cumul
    after: Cumul


@dataclass(frozen=True, slots=True)
class Imagined:
    """One month as a payroll makes it; rates before the call rate, percent.

    `t2_rate_of_t1`: tranche 2 at the rates of tranche 1. `exempt`: the base of
    an apprentice's exemption. `unified`: 131 is declared at all.
    """

    tranches: Tranches
    sums: Sums | None
    rate_t1: Decimal
    rate_t2: Decimal
    called: bool = True
    t2_rate_of_t1: bool = False
    ceg_t1: bool = True
    ceg_t2: bool = True
    half: Half = WHOLE
    apec: bool = True
    apec_in_131: bool = False
    exempt: Cents = 0
    exempt_cet: bool = True
    unified: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One line with what is needed to imagine errors on it.

    `once`: what is declared, bases declared twice word for word counted once.
    `twice`: some are. `uncapped`: there is a base 03. `legacy`: declared under 105, which holds Apec too.
    """

    line: MirrorLine
    scheme: Scheme
    share: Decimal
    cadre: bool
    legacy: bool
    twice: bool
    uncapped: bool
    once: Pair
    right: Imagined
    due: Pair = (0, 0)
    ways: Mapping[frozenset[str], Sequence[Imagined]] = field(default_factory=dict)

    @property
    def rights(self) -> Sequence[Imagined]:
        """The right month; where earlier ones are missing, CET is open."""
        own = self.right.tranches
        if self.line.calculation.basis is not Basis.DECLARED_BASES or not own.t2:
            return (self.right,)
        choices = dict.fromkeys((own.cet, 0, own.t1 + own.t2))
        return [replace(self.right, tranches=replace(own, cet=cet)) for cet in choices]

    @property
    def tranches(self) -> Tranches:
        return self.line.calculation.tranches

    def amounts(self, month: Imagined) -> Pair:
        """131 and 132 of an imagined month."""
        c131, c132 = _amounts(self, month)
        if self.legacy:
            return c131 + c132, 0
        return c131, c132


def case_of(line: MirrorLine, sums: Sums | None = None) -> Case:
    """The right month of a line, from which errors are imagined."""
    calculation, day = line.calculation, line.period.first
    condition = calculation.condition
    scheme = parameters.scheme(day)
    legacy = _legacy(line)
    cadre = _cadre(line)
    right = Imagined(
        tranches=calculation.tranches,
        sums=sums,
        rate_t1=condition.rate_t1 if condition else scheme.standard_t1,
        rate_t2=condition.rate_t2 if condition else scheme.standard_t2,
        apec=cadre,
    )
    case = Case(
        line=line,
        scheme=scheme,
        share=condition.employer_share if condition else STANDARD_SHARE,
        cadre=cadre,
        legacy=legacy,
        twice=not line.plain and len(distinct(line.parts)) != len(line.parts),
        uncapped=line.plain or any(p.base.code == UNCAPPED for p in line.parts),
        once=_once(line),
        right=right,
    )
    if calculation.exempted:
        case = replace(case, right=replace(right, exempt=_exempt_base(case)))
    due = calculation.due
    return replace(case, due=(due.c131, due.c132))


def _cadre(line: MirrorLine) -> bool:
    """Apec is due: by the status, or by what a month without one declares."""
    contract = line.contract_state
    by_status = contract is not None and contract.status == "01"
    reading = any(each.endswith("Apec admise") for each in line.calculation.readings)
    return by_status or reading or bool(line.calculation.due.c132)


def _legacy(line: MirrorLine) -> bool:
    if line.plain:
        return False
    codes = {c.code for part in line.parts for c in part.base.contributions}
    return "105" in codes and "131" not in codes


def _once(line: MirrorLine) -> Pair:
    declared = line.declared
    if line.plain:
        return declared.c131, declared.c132
    kept = distinct(line.parts)
    if len(kept) == len(line.parts):
        return declared.c131, declared.c132
    whole, own = _sum(line.parts), _sum(kept)
    return (
        declared.c131 - whole.c131 + own.c131,
        declared.c132 - whole.c132 + own.c132,
    )


def _sum(parts: Sequence[DeclaredPart]) -> Amounts:
    totals = {"131": 0, "132": 0, "105": 0}
    for part in parts:
        for each in part.base.contributions:
            if each.code in totals:
                totals[each.code] += each.amount or 0
    return Amounts(c131=totals["131"] or totals["105"], c132=totals["132"])


def _exempt_base(case: Case) -> Cents:
    """The exempt base whose exemption is the one computed."""
    line, contract = case.line, case.line.contract_state
    if contract is None:
        return 0

    def distance(base: Cents) -> Cents:
        made = case.amounts(replace(case.right, exempt=base))[0]
        return abs(made - line.calculation.due.c131)

    bases = exempt_bases(contract, line.period, line.calculation.tranches.gross)
    return min(bases, key=distance)


@lru_cache(maxsize=4096)
def called(day: date, rate: Decimal, share: Decimal, call: bool) -> Share:
    """Shares of a rate, called or as it is."""
    scheme = parameters.scheme(day)
    if not call:
        scheme = replace(scheme, call_rate=Decimal(100))
    return scheme.called(rate, share)


_NOTHING = Share(Decimal(0), Decimal(0))


def _amounts(case: Case, month: Imagined) -> Pair:
    if not month.unified:
        return 0, _apec(case, month)
    day, scheme, bases = case.line.period.first, case.scheme, month.tranches
    first = called(day, month.rate_t1, case.share, month.called)
    second = called(day, month.rate_t2, case.share, month.called)
    ceg_second = scheme.ceg_t2
    if month.t2_rate_of_t1:
        second, ceg_second = first, scheme.ceg_t1
    employer = employee = 0
    for base, share in (
        (bases.t1, first),
        (bases.t1, scheme.ceg_t1 if month.ceg_t1 else _NOTHING),
        (bases.t2, second),
        (bases.t2, ceg_second if month.ceg_t2 else _NOTHING),
        (bases.cet, scheme.cet),
    ):
        if base:
            employer += apply_rate(base, share.employer)
            employee += apply_rate(base, share.employee)
    if month.exempt:
        employee -= _relief(case, month, first)
    apec = _apec(case, month)
    unified = month.half.kept(employer, employee, case.share)
    return unified + (apec if month.apec_in_131 else 0), apec


def _apec(case: Case, month: Imagined) -> Cents:
    if not month.apec:
        return 0
    share, base = case.scheme.apec, month.tranches.apec
    employer = apply_rate(base, share.employer)
    employee = apply_rate(base, share.employee)
    half = month.half if month.half.apec else WHOLE
    return half.kept(employer, employee, case.share)


def _relief(case: Case, month: Imagined, first: Share) -> Cents:
    """The employee share left out of 131: obligatory rates, and no more than
    what is charged."""
    day, scheme, bases = case.line.period.first, case.scheme, month.tranches
    standard = called(day, scheme.standard_t1, STANDARD_SHARE, True)
    ceg = scheme.ceg_t1.employee if month.ceg_t1 else Decimal(0)
    first_rate = min(standard.employee, first.employee)
    on_first = max(min(month.exempt, bases.t1), 0)
    on_cet = max(min(month.exempt, bases.cet), 0) if month.exempt_cet else 0
    return (
        apply_rate(on_first, first_rate)
        + apply_rate(on_first, ceg)
        + apply_rate(on_cet, scheme.cet.employee)
    )

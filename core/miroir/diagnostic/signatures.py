"""What each error of calculation would have declared, to the cent.

A signature says which gap an error would leave on one line, given the bases
due. It is a direct check: the error is recognised when that gap is the one
found. Whole companies are settled in `contributions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from miroir import parameters
from miroir.parameters import Share
from miroir.recomputation.contributions import (
    Line,
    Rates,
    contribution_lines,
    rates_for,
)
from miroir.types.amounts import Cents, apply_rate, round_half_up
from miroir.types.calculation import MirrorLine, Tranches
from miroir.types.diagnosis import Scope

STANDARD_SHARE = Decimal(60)
CLOSE: Cents = 4
"""Rounding by line or by global rate: at most 0.03 € apart, and a cent."""
HIGHEST_RATE = Decimal(10)
"""Rates above the standard go up to 8 % in practice (ANI17, art. 35-2)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line with what is needed to imagine errors on it."""

    line: MirrorLine
    rates: Rates
    cadre: bool

    @property
    def tranches(self) -> Tranches:
        return self.line.calculation.tranches

    def lines(
        self, tranches: Tranches | None = None, rates: Rates | None = None
    ) -> Sequence[Line]:
        return contribution_lines(
            tranches or self.tranches, rates or self.rates, self.cadre
        )

    def total(self, label: str) -> Cents:
        return sum(each.total for each in self.lines() if each.label == label)

    def shift(
        self, tranches: Tranches | None = None, rates: Rates | None = None
    ) -> Cents:
        """What 131 would have been under an error, less what it is."""
        wrong, right = self.lines(tranches, rates), self.lines()
        return sum(each.total for each in wrong if each.code == "131") - sum(
            each.total for each in right if each.code == "131"
        )


def case_of(line: MirrorLine) -> Case:
    rates = rates_for(line.calculation.condition, line.period.first)
    contract = line.contract_state
    return Case(line, rates, contract is not None and contract.status == "01")


@dataclass(frozen=True, slots=True)
class Signature:
    """`gaps` yields what the error would leave: (on 131, on 132).

    A code that the error does not touch may be wrong for another reason.
    """

    cause: str
    scope: Scope
    code: str
    gaps: Callable[[Case], Iterator[tuple[Cents, Cents]]]

    def explains(self, case: Case) -> frozenset[str]:
        """The codes whose gap is the one of the error; empty when it is not."""
        found = case.line.gap.by_code()
        for c131, c132 in self.gaps(case):
            left = {"131": c131, "132": c132}
            touched = {code for code, cents in left.items() if abs(cents) > CLOSE}
            if touched and all(abs(found[c] - left[c]) <= CLOSE for c in touched):
                return frozenset(touched)
        return frozenset()


def _without(*labels: str) -> Callable[[Case], Iterator[tuple[Cents, Cents]]]:
    def gaps(case: Case) -> Iterator[tuple[Cents, Cents]]:
        yield -sum(case.total(label) for label in labels), 0

    return gaps


def _call_rate_forgotten(case: Case) -> Iterator[tuple[Cents, Cents]]:
    condition, scheme = case.line.calculation.condition, case.rates.scheme
    t1 = condition.rate_t1 if condition else scheme.standard_t1
    t2 = condition.rate_t2 if condition else scheme.standard_t2
    bare = replace(case.rates, t1=Share(t1, Decimal(0)), t2=Share(t2, Decimal(0)))
    yield case.shift(rates=bare), 0


def _second_at_first_rate(case: Case) -> Iterator[tuple[Cents, Cents]]:
    scheme = replace(case.rates.scheme, ceg_t2=case.rates.scheme.ceg_t1)
    yield case.shift(rates=replace(case.rates, t2=case.rates.t1, scheme=scheme)), 0


def _second_lost(case: Case) -> Iterator[tuple[Cents, Cents]]:
    line, due = case.line, case.tranches
    if line.declared_t1 != line.declared_gross or not due.t2:
        return
    whole = due.t1 + due.t2
    for cet in (0, due.cet):
        yield case.shift(replace(due, t1=whole, t2=0, cet=cet)), 0


def _second_bounded(case: Case) -> Iterator[tuple[Cents, Cents]]:
    due = case.tranches
    bounded = min(due.t2, 3 * due.ceiling)
    if bounded == due.t2:
        return
    for cet in (due.cet, due.t1 + bounded):
        yield case.shift(replace(due, t2=bounded, cet=cet)), 0


def _cet_by_month(case: Case) -> Iterator[tuple[Cents, Cents]]:
    due = case.tranches
    above = due.gross > due.ceiling
    yield case.shift(replace(due, cet=due.gross if above else 0)), 0


def _cet_on_second(case: Case) -> Iterator[tuple[Cents, Cents]]:
    yield case.shift(replace(case.tranches, cet=case.tranches.t2)), 0


def _cet_below(case: Case) -> Iterator[tuple[Cents, Cents]]:
    due = case.tranches
    if due.cet == 0 and due.gross <= due.ceiling:
        yield case.shift(replace(case.tranches, cet=case.tranches.gross)), 0


def _employer_only(case: Case) -> Iterator[tuple[Cents, Cents]]:
    """The lines of the employer, or its share of the whole amount."""
    condition, due = case.line.calculation.condition, case.line.calculation.due
    share = condition.employer_share if condition else STANDARD_SHARE
    employee = {
        code: sum(each.employee for each in case.lines() if each.code == code)
        for code in ("131", "132")
    }
    yield -employee["131"], 0
    yield -employee["131"], -employee["132"]
    left = 100 - share
    yield -apply_rate(due.c131, left), 0
    yield -apply_rate(due.c131, left), -apply_rate(due.c132, left)


def _standard_rate(case: Case) -> Iterator[tuple[Cents, Cents]]:
    standard = rates_for(None, case.line.period.first)
    yield case.shift(rates=standard), 0


def _higher_rate(case: Case) -> Iterator[tuple[Cents, Cents]]:
    """The rate, to the tenth of a percent, that the gap on T1 would come from."""
    condition, scheme = case.line.calculation.condition, case.rates.scheme
    own = condition.rate_t1 if condition else scheme.standard_t1
    share = condition.employer_share if condition else STANDARD_SHARE
    if case.tranches.t1 <= 0:
        return
    called = Decimal(case.line.gap.c131) * 100 / case.tranches.t1
    rate = (own + called * 100 / scheme.call_rate).quantize(Decimal("0.1"))
    if own < rate <= HIGHEST_RATE:
        higher = replace(case.rates, t1=scheme.called(rate, share))
        yield case.shift(rates=higher), 0


def _apec_missing(case: Case) -> Iterator[tuple[Cents, Cents]]:
    if case.line.declared.c132 == 0:
        yield 0, -case.line.calculation.due.c132


def _apec_undue(case: Case) -> Iterator[tuple[Cents, Cents]]:
    if not case.cadre:
        yield 0, case.line.declared.c132


def _apec_unbounded(case: Case) -> Iterator[tuple[Cents, Cents]]:
    apec, due = case.rates.scheme.apec, case.line.calculation.due
    bound = case.rates.scheme.apec_ceilings * case.tranches.ceiling
    if case.cadre and case.tranches.gross > bound:
        yield 0, apply_rate(case.tranches.gross, apec.total) - due.c132


def _apec_in_131(case: Case) -> Iterator[tuple[Cents, Cents]]:
    yield case.line.calculation.due.c132, 0


def _exemption_missing(case: Case) -> Iterator[tuple[Cents, Cents]]:
    yield case.line.calculation.exempted, 0


def _threshold_79(case: Case) -> Iterator[tuple[Cents, Cents]]:
    calculation, contract = case.line.calculation, case.line.contract_state
    if not calculation.exempted or contract is None:
        return
    if parameters.apprentice_threshold(contract.start) == 79:
        return
    smic = parameters.monthly_smic(case.line.period.first)
    wrong = min(round_half_up(smic * 79 / 100), max(case.tranches.gross, 0))
    scheme = case.rates.scheme
    rate = scheme.called(scheme.standard_t1, STANDARD_SHARE).employee
    rate += scheme.ceg_t1.employee
    yield calculation.exempted - apply_rate(wrong, rate), 0


def _unified_missing(case: Case) -> Iterator[tuple[Cents, Cents]]:
    line = case.line
    if line.declared.c131 == 0:
        yield line.gap.c131, 0 if line.declared.c132 else line.gap.c132


SIGNATURES = (
    Signature("COTISATION_131_ABSENTE", Scope.EMPLOYEES, "131", _unified_missing),
    Signature("T2_PERDUE", Scope.COMPANY, "131", _second_lost),
    Signature("T2_BORNEE_4_PSS", Scope.EMPLOYEES, "131", _second_bounded),
    Signature("CET_ABSENTE", Scope.COMPANY, "131", _without("CET")),
    Signature("CET_SUR_T2_SEULE", Scope.COMPANY, "131", _cet_on_second),
    Signature("CET_SOUS_PLAFOND", Scope.COMPANY, "131", _cet_below),
    Signature("CET_TEST_MENSUEL", Scope.COMPANY, "131", _cet_by_month),
    Signature("CEG_ABSENTE", Scope.COMPANY, "131", _without("CEG T1", "CEG T2")),
    Signature("CEG_T2_ABSENTE", Scope.COMPANY, "131", _without("CEG T2")),
    Signature("TAUX_APPEL_OUBLIE", Scope.COMPANY, "131", _call_rate_forgotten),
    Signature("T2_AU_TAUX_T1", Scope.COMPANY, "131", _second_at_first_rate),
    Signature("PART_PATRONALE_SEULE", Scope.COMPANY, "131", _employer_only),
    Signature(
        "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION",
        Scope.COMPANY,
        "131",
        _standard_rate,
    ),
    Signature("TAUX_SUPERIEUR_A_ADHESION", Scope.COMPANY, "131", _higher_rate),
    Signature("APEC_ABSENTE", Scope.GROUP, "132", _apec_missing),
    Signature("APEC_NON_CADRE", Scope.GROUP, "132", _apec_undue),
    Signature("APEC_SANS_PLAFOND", Scope.EMPLOYEES, "132", _apec_unbounded),
    Signature("APEC_DANS_131", Scope.GROUP, "131", _apec_in_131),
    Signature("APPRENTI_109_ABSENTE", Scope.EMPLOYEES, "131", _exemption_missing),
    Signature("APPRENTI_SEUIL_79", Scope.EMPLOYEES, "131", _threshold_79),
)

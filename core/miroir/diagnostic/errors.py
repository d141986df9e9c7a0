"""Errors of calculation, each as one change to an imagined month.

An error yields the months that a payroll with it may make: several where the
error is made in several ways, none where it cannot be made at all. Errors of
ceiling are not here: they carry from month to month (`ceilings.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from miroir import parameters
from miroir.diagnostic.imagined import Case, Half, Imagined, Party, Sums
from miroir.recomputation.cumulation import Cumul
from miroir.types.amounts import Cents, round_half_up
from miroir.types.diagnosis import Scope

HIGHEST_RATE = Decimal(10)
"""Rates above the standard go up to 8 % in practice (ANI17, art. 35-2)."""
OLD_THRESHOLD = Decimal(79)

Change = Callable[[Case, Imagined], Iterator[Imagined]]


@dataclass(frozen=True, slots=True)
class Error:
    """One error. `code`: where it shows first."""

    cause: str
    scope: Scope
    code: str
    change: Change


def _second_lost(case: Case, month: Imagined) -> Iterator[Imagined]:
    line, own = case.line, month.tranches
    if line.declared_t1 == line.declared_gross and own.t2:
        whole = own.t1 + own.t2
        for cet in {0, own.cet}:
            yield replace(month, tranches=replace(own, t1=whole, t2=0, cet=cet))


def _second_bounded(case: Case, month: Imagined) -> Iterator[Imagined]:
    own, four = month.tranches, case.scheme.apec_ceilings
    bounds = {min(own.t2, (four - 1) * own.ceiling)}
    if month.sums is not None:
        after, before = (_second(each, four) for each in _both(month.sums))
        bounds.add(after - before)
    for bounded in sorted(bounds - {own.t2}):
        for cet in {own.cet, own.t1 + bounded}:
            yield replace(month, tranches=replace(own, t2=bounded, cet=cet))


def _both(sums: Sums) -> tuple[Cumul, Cumul]:
    return sums.after, sums.before


def _second(sums: Cumul, bound: int) -> Cents:
    return max(min(sums.gross, bound * sums.ceiling) - sums.ceiling, 0)


def _cet(month: Imagined, cet: Cents) -> Imagined:
    return replace(month, tranches=replace(month.tranches, cet=cet))


def _cet_missing(case: Case, month: Imagined) -> Iterator[Imagined]:
    yield _cet(month, 0)


def _cet_on_second(case: Case, month: Imagined) -> Iterator[Imagined]:
    for second in dict.fromkeys((month.tranches.t2, case.tranches.t2)):
        yield _cet(month, second)


def _cet_below(case: Case, month: Imagined) -> Iterator[Imagined]:
    """On everything, whether the ceiling is exceeded or not."""
    own = month.tranches
    if month.sums is None:
        if own.cet == 0 and own.gross <= own.ceiling:
            yield _cet(month, own.gross)
            yield replace(_cet(month, own.gross), exempt_cet=False)
        return
    bound = case.scheme.t2_ceilings
    after, before = (
        min(each.gross, bound * each.ceiling) for each in _both(month.sums)
    )
    found = _cet(month, after - before)
    yield found
    if month.exempt:
        yield replace(found, exempt_cet=False)


def _cet_by_month(case: Case, month: Imagined) -> Iterator[Imagined]:
    own = month.tranches
    bound = case.scheme.t2_ceilings * own.ceiling
    yield _cet(month, min(own.gross, bound) if own.gross > own.ceiling else 0)


def _standard_rate(case: Case, month: Imagined) -> Iterator[Imagined]:
    scheme = case.scheme
    yield replace(month, rate_t1=scheme.standard_t1, rate_t2=scheme.standard_t2)


def _not_called(case: Case, month: Imagined) -> Iterator[Imagined]:
    yield replace(month, called=False)


def _second_at_first_rate(case: Case, month: Imagined) -> Iterator[Imagined]:
    yield replace(month, t2_rate_of_t1=True)


def _without_ceg(case: Case, month: Imagined) -> Iterator[Imagined]:
    yield replace(month, ceg_t1=False, ceg_t2=False)


def _without_ceg_t2(case: Case, month: Imagined) -> Iterator[Imagined]:
    yield replace(month, ceg_t2=False)


def _one_party(party: Party) -> Change:
    def change(case: Case, month: Imagined) -> Iterator[Imagined]:
        for apec in (False, True):
            for at_once in (False, True):
                yield replace(month, half=Half(party, apec, at_once))

    return change


def _apec_missing(case: Case, month: Imagined) -> Iterator[Imagined]:
    if case.cadre and case.once[1] == 0:
        yield replace(month, apec=False)


def _apec_undue(case: Case, month: Imagined) -> Iterator[Imagined]:
    """132 for who is no cadre; what it was computed on matters little."""
    own, contract = month.tranches, case.line.contract_state
    changed = contract is not None and any(each.status for each in contract.changes)
    if (changed or not case.cadre) and (case.once[1] or case.legacy):
        base = round_half_up(Decimal(case.once[1]) * 100 / case.scheme.apec.total)
        apec = min(own.gross, case.scheme.apec_ceilings * own.ceiling)
        wanted = apec if case.legacy else base
        yield replace(month, apec=True, tranches=replace(own, apec=wanted))


def _apec_unbounded(case: Case, month: Imagined) -> Iterator[Imagined]:
    own = month.tranches
    if case.cadre and own.gross > case.scheme.apec_ceilings * own.ceiling:
        yield replace(month, tranches=replace(own, apec=own.gross))


def _apec_in_131(case: Case, month: Imagined) -> Iterator[Imagined]:
    if month.apec:
        yield replace(month, apec_in_131=True)


def _exemption_missing(case: Case, month: Imagined) -> Iterator[Imagined]:
    if month.exempt:
        yield replace(month, exempt=0)


def _threshold_79(case: Case, month: Imagined) -> Iterator[Imagined]:
    contract = case.line.contract_state
    if not month.exempt or contract is None:
        return
    own = parameters.apprentice_threshold(contract.start)
    if own == OLD_THRESHOLD:
        return
    period, gross = case.line.period, max(month.tranches.gross, 0)
    for day in {period.first, period.january.first}:
        smic = parameters.monthly_smic(day)
        yield replace(
            month, exempt=min(round_half_up(smic * OLD_THRESHOLD / 100), gross)
        )


def _unified_missing(case: Case, month: Imagined) -> Iterator[Imagined]:
    if case.once[0] == 0:
        yield replace(month, unified=False)
        yield replace(month, unified=False, apec=False)


RATE_ABOVE = "TAUX_SUPERIEUR_A_ADHESION"
RATE_BELOW = "TAUX_INFERIEUR_A_ADHESION"
_C, _G, _E = Scope.COMPANY, Scope.GROUP, Scope.EMPLOYEES

ERRORS = (
    # In the order in which a payroll makes them: bases, then rates, then lines.
    Error("T2_PERDUE", _C, "131", _second_lost),
    Error("T2_BORNEE_4_PSS", _E, "131", _second_bounded),
    Error("CET_ABSENTE", _C, "131", _cet_missing),
    Error("CET_SUR_T2_SEULE", _C, "131", _cet_on_second),
    Error("CET_SOUS_PLAFOND", _C, "131", _cet_below),
    Error("CET_TEST_MENSUEL", _C, "131", _cet_by_month),
    Error("TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION", _C, "131", _standard_rate),
    Error("TAUX_APPEL_OUBLIE", _C, "131", _not_called),
    Error("T2_AU_TAUX_T1", _C, "131", _second_at_first_rate),
    Error("CEG_ABSENTE", _C, "131", _without_ceg),
    Error("CEG_T2_ABSENTE", _C, "131", _without_ceg_t2),
    Error("APPRENTI_109_ABSENTE", _E, "131", _exemption_missing),
    Error("APPRENTI_SEUIL_79", _E, "131", _threshold_79),
    Error("PART_PATRONALE_SEULE", _C, "131", _one_party(Party.EMPLOYER)),
    Error("PART_SALARIALE_SEULE", _C, "131", _one_party(Party.EMPLOYEE)),
    Error("APEC_ABSENTE", _G, "132", _apec_missing),
    Error("APEC_NON_CADRE", _G, "132", _apec_undue),
    Error("APEC_SANS_PLAFOND", _E, "132", _apec_unbounded),
    Error("APEC_DANS_131", _G, "131", _apec_in_131),
    Error("COTISATION_131_ABSENTE", _E, "131", _unified_missing),
)
BY_CAUSE = {error.cause: error for error in ERRORS}
ORDER = {error.cause: rank for rank, error in enumerate(ERRORS)}


def with_rate(month: Imagined, rate: Decimal) -> Imagined:
    """The same month at another rate of tranche 1, before the call rate."""
    return replace(month, rate_t1=rate)

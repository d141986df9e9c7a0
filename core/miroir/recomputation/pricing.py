"""The contributions of one month under each accepted reading.

A reading is a legal option that the DSN does not state: whether Apec is due
without a category, which threshold of an apprentice, what missing months
leave open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from miroir.recomputation.apprentice import exempt_bases
from miroir.recomputation.ceiling import MonthCeiling
from miroir.recomputation.contributions import (
    Line,
    Rates,
    contribution_lines,
    relieved,
)
from miroir.recomputation.cumulation import Allowed
from miroir.recomputation.facts import NO_CATEGORY, MonthFacts
from miroir.recomputation.situation import CADRE
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import Amounts, Basis, Tranches
from miroir.types.diagnosis import TOLERANCE


@dataclass(frozen=True, slots=True)
class MissingMonths:
    """Pay and ceilings of months that are missing just before, in cents."""

    pay: Cents = 0
    ceilings: Cents = 0


@dataclass(frozen=True, slots=True)
class MonthInput:
    """One month ready to be computed."""

    facts: MonthFacts
    ceiling: MonthCeiling
    rates: Rates
    condition: AdhesionCondition | None
    known: bool
    year_ceiling: Cents
    missing: MissingMonths = MissingMonths()
    basis: Basis = Basis.CUMULATED


@dataclass(frozen=True, slots=True)
class Priced:
    """131 and 132 due for one month under one reading."""

    due: Amounts
    declared: Amounts
    tranches: Tranches
    basis: Basis
    lines: Sequence[Line]
    readings: tuple[str, ...]
    exempted: Cents

    @property
    def distance(self) -> Cents:
        """How far 131 and 132 are from what is declared."""
        gap = self.declared - self.due
        return abs(gap.c131) + abs(gap.c132)


def priced(
    given: MonthInput, found: Tranches | Allowed, basis: Basis
) -> Iterator[Priced]:
    """The contributions on some tranches, for each accepted reading."""
    facts = given.facts
    tranches = found
    if isinstance(found, Allowed):
        tranches = _nearest(given, found)
    assert isinstance(tranches, Tranches)
    for cadre, status_reading in _cadre_readings(facts):
        lines = contribution_lines(tranches, given.rates, cadre)
        yield from _with_exemption(given, tranches, basis, lines, status_reading)


def _with_exemption(
    given: MonthInput,
    tranches: Tranches,
    basis: Basis,
    lines: Sequence[Line],
    reading: str,
) -> Iterator[Priced]:
    facts = given.facts
    readings = (reading,) if reading else ()
    if not facts.apprentice or facts.contract is None:
        yield Priced(_total(lines), facts.declared, tranches, basis, lines, readings, 0)
        return
    bases = exempt_bases(facts.contract, facts.month, facts.gross)
    for rank, exempt in enumerate(bases):
        net, amount = relieved(lines, exempt, given.rates)
        due = _total(net)
        declared = _declared_by_apprentice(facts, due)
        if rank and abs(declared.c131 - due.c131) > TOLERANCE:
            # The other SMIC is a reading only when it is the one applied.
            continue
        yield Priced(due, declared, tranches, basis, net, readings, amount)


def _declared_by_apprentice(facts: MonthFacts, due: Amounts) -> Amounts:
    """131 net of the exemption, or gross with a negative 109 beside it.

    A 109 with an amount means a gross 131, unless 131 is already what is due
    net of the exemption: it is never counted twice.
    """
    if abs(facts.declared.c131 - due.c131) <= TOLERANCE:
        return facts.declared
    return facts.declared + Amounts(c131=min(facts.exempt_109, 0))


def _cadre_readings(facts: MonthFacts) -> Iterator[tuple[bool, str]]:
    statuses = facts.situation.statuses if facts.situation else frozenset()
    if statuses & NO_CATEGORY:
        # The category is not given: whether Apec is due cannot be told.
        yield False, ""
        yield True, "catégorie non déclarée : Apec admise"
        return
    yield CADRE in statuses, ""


def _nearest(given: MonthInput, allowed: Allowed) -> Tranches:
    """Close what the missing months leave open on what is declared."""
    declared, scheme = given.facts.declared, given.rates.scheme
    first = Tranches(t1=allowed.tranches.t1, cet=allowed.tranches.t1)
    left = declared.c131 - _total(contribution_lines(first, given.rates, False)).c131
    rate = given.rates.t2.total + scheme.ceg_t2.total + scheme.cet.total
    allowed = allowed.with_second(round_half_up(left * 100 / rate))
    low = allowed.nearest(min(allowed.cet), min(allowed.apec))
    if allowed.cet[0] == allowed.cet[1] and allowed.apec[0] == allowed.apec[1]:
        return low
    without_cet = Tranches(t1=low.t1, t2=low.t2)
    rest = (
        declared.c131 - _total(contribution_lines(without_cet, given.rates, False)).c131
    )
    cet = round_half_up(rest * 100 / scheme.cet.total)
    apec = round_half_up(Decimal(declared.c132) * 100 / scheme.apec.total)
    return allowed.nearest(cet, apec)


def _total(lines: Iterable[Line]) -> Amounts:
    totals = {"131": 0, "132": 0}
    for line in lines:
        totals[line.code] += line.total
    return Amounts(c131=totals["131"], c132=totals["132"])

"""What was due for one unit over one year, month after month.

Where the law leaves a choice that the DSN does not state, every accepted
reading is computed and the nearest to the declaration is kept and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product

from miroir import parameters
from miroir.parameters import Reduction
from miroir.recomputation.apprentice import exempt_bases
from miroir.recomputation.ceiling import MonthCeiling, month_ceiling
from miroir.recomputation.contributions import (
    Line,
    Rates,
    contribution_lines,
    relieved,
)
from miroir.recomputation.cumulation import (
    Allowed,
    Cumul,
    DeclaredBases,
    declared_tranches,
    month_tranches,
)
from miroir.recomputation.facts import NO_CATEGORY, MonthFacts
from miroir.recomputation.reduction import (
    ReductionCumul,
    coefficients,
    reduction_part,
    usual_smic,
)
from miroir.recomputation.situation import CADRE
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import Amounts, Basis, Tranches


@dataclass(frozen=True, slots=True)
class MonthInput:
    """One month ready to be computed."""

    facts: MonthFacts
    ceiling: MonthCeiling
    rates: Rates
    condition: AdhesionCondition | None
    known: bool
    year_ceiling: Cents


@dataclass(frozen=True, slots=True)
class MonthDue:
    """What was due for one month, and under which readings."""

    due: Amounts
    declared: Amounts
    tranches: Tranches
    basis: Basis
    lines: Sequence[Line]
    readings: tuple[str, ...] = ()
    exempted: Cents = 0

    @property
    def distance(self) -> Cents:
        return abs((self.declared - self.due).total)


@dataclass(slots=True)
class YearRun:
    """Computes the months of a year in order under one choice of ceilings."""

    cumul: Cumul = field(default_factory=Cumul)
    reduction: ReductionCumul = field(default_factory=ReductionCumul)

    def month(self, given: MonthInput, optional: bool) -> MonthDue:
        ceiling = given.ceiling.value(optional)
        facts = given.facts
        candidates = [
            _priced(given, tranches, basis)
            for tranches, basis in self._tranches(given, ceiling)
        ]
        best = min(
            (choice for each in candidates for choice in each),
            key=lambda choice: choice.distance_131_132,
        )
        c106, reading = self._reduction(given)
        due = Amounts(c131=best.due.c131, c132=best.due.c132, c106=c106)
        readings = best.readings + ((reading,) if reading else ())
        if optional and given.ceiling.has_option:
            readings = (given.ceiling.option, *readings)
        return MonthDue(
            due=_legacy(due) if facts.legacy_105 else due,
            declared=best.declared,
            tranches=best.tranches,
            basis=best.basis,
            lines=best.lines,
            readings=readings,
            exempted=best.exempted,
        )

    def _tranches(
        self, given: MonthInput, ceiling: Cents
    ) -> Iterator[tuple[Tranches | Allowed, Basis]]:
        facts, scheme = given.facts, given.rates.scheme
        if given.known:
            after = self.cumul.plus(facts.gross, ceiling, facts.cadre_gross)
            tranches = month_tranches(self.cumul, after, scheme)
            self.cumul = after
            yield tranches, Basis.CUMULATED
            return
        bases = DeclaredBases(
            facts.capped,
            facts.gross,
            facts.cadre_gross,
            ceiling,
            given.year_ceiling,
        )
        for allowed in declared_tranches(bases, scheme):
            yield allowed, Basis.DECLARED_BASES

    def _reduction(self, given: MonthInput) -> tuple[Cents, str]:
        """106 due when a reduction is claimed (018 or 106 declared)."""
        facts, before = given.facts, self.reduction
        rule = parameters.reduction(facts.month.first)
        smic = _smic(facts, rule)
        after = ReductionCumul(
            before.gross + facts.gross,
            before.smic + smic,
            before.given,
            before.complete and given.known,
        )
        self.reduction = after
        if facts.reduction_018 is None and facts.reduction_106 is None:
            return 0, ""
        headcount = given.condition.headcount if given.condition else None
        options = []
        for chosen in coefficients(rule, headcount, given.rates):
            size = "" if headcount else f"effectif supposé : {chosen.headcount}"
            options.append((reduction_part(facts.gross, smic, rule, chosen), size))
            if after.complete:
                year = reduction_part(after.gross, after.smic, rule, chosen)
                name = "réduction générale régularisée sur l'année"
                reading = "; ".join(filter(None, (name, size)))
                options.append((year - before.given, reading))
        declared = facts.declared.c106
        amount, reading = min(options, key=lambda each: abs(declared - each[0]))
        self.reduction = replace(after, given=before.given + amount)
        by_month, size = options[0]
        return amount, size if abs(amount - by_month) <= 1 else reading


@dataclass(frozen=True, slots=True)
class _Priced:
    due: Amounts
    declared: Amounts
    tranches: Tranches
    basis: Basis
    lines: Sequence[Line]
    readings: tuple[str, ...]
    exempted: Cents

    @property
    def distance_131_132(self) -> Cents:
        gap = self.declared - self.due
        return abs(gap.c131 + gap.c132)


def _priced(
    given: MonthInput, found: Tranches | Allowed, basis: Basis
) -> Iterator[_Priced]:
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
) -> Iterator[_Priced]:
    facts = given.facts
    readings = (reading,) if reading else ()
    if not facts.apprentice or facts.contract is None:
        yield _Priced(
            _total(lines), facts.declared, tranches, basis, lines, readings, 0
        )
        return
    bases = exempt_bases(facts.contract, facts.month, facts.gross)
    for exempt, declared in product(bases, _declared_by_apprentice(facts)):
        net, amount = relieved(lines, exempt, given.rates)
        yield _Priced(_total(net), declared, tranches, basis, net, readings, amount)


def _declared_by_apprentice(facts: MonthFacts) -> Iterator[Amounts]:
    """131 net of the exemption, or gross with a negative 109 beside it."""
    yield facts.declared
    if facts.exempt_109 < 0:
        yield facts.declared + Amounts(c131=facts.exempt_109)


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
    declared = given.facts.declared
    low = allowed.nearest(min(allowed.cet), min(allowed.apec))
    if allowed.cet[0] == allowed.cet[1] and allowed.apec[0] == allowed.apec[1]:
        return low
    scheme = given.rates.scheme
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


def _smic(facts: MonthFacts, rule: Reduction) -> Cents:
    if facts.smic or facts.situation is None:
        return facts.smic
    work = facts.situation.quota_days / facts.month.days
    return usual_smic(rule, facts.month, work)


def _legacy(due: Amounts) -> Amounts:
    """105 holds Apec too."""
    return Amounts(c131=due.c131 + due.c132, c106=due.c106)


def best_year(months: Sequence[MonthInput]) -> list[MonthDue]:
    """The year under the ceilings nearest to what was declared.

    Tried in this order, a later one only when it leaves clearly less: the
    rule all year; the option all year; the option from some month on.
    """
    best: list[MonthDue] | None = None
    best_left = 0
    for optional_from in _paths(months):
        run = YearRun()
        result = [
            run.month(given, optional_from is not None and rank >= optional_from)
            for rank, given in enumerate(months)
        ]
        left = sum(month.distance for month in result)
        if best is None or left < best_left - len(months):
            best, best_left = result, left
    return best or []


def _paths(months: Sequence[MonthInput]) -> Iterator[int | None]:
    yield None
    options = [rank for rank, month in enumerate(months) if month.ceiling.has_option]
    if options:
        yield 0
        yield from (rank for rank in options if rank > 0)


def ceiling_of(facts: MonthFacts) -> MonthCeiling:
    """Ceilings of a month; none when the contract is not known."""
    if facts.situation is None:
        return MonthCeiling(0, 0, "", "", ())
    return month_ceiling(facts.month, facts.situation)

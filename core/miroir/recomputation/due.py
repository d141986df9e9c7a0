"""What was due for one unit over one year, month after month.

Where the law leaves a choice that the DSN does not state, every accepted
reading is computed and the nearest to the declaration is kept and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from miroir import parameters
from miroir.parameters import Reduction
from miroir.recomputation.ceiling import MonthCeiling, month_ceiling
from miroir.recomputation.contributions import Line
from miroir.recomputation.cumulation import (
    Allowed,
    Cumul,
    DeclaredBases,
    declared_tranches,
    month_tranches,
)
from miroir.recomputation.facts import MonthFacts
from miroir.recomputation.pricing import MonthInput, priced
from miroir.recomputation.reduction import (
    Coefficients,
    ReductionCumul,
    coefficients,
    reduction_part,
    usual_smic,
)
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import Amounts, Basis, Tranches


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
            priced(given, tranches, basis)
            for tranches, basis in self._tranches(given, ceiling)
        ]
        best = min(
            (choice for each in candidates for choice in each),
            key=lambda choice: choice.distance,
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
            own_ceiling=not facts.why_declared_bases,
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
                name = "réduction générale régularisée sur l’année"
                reading = " ; ".join(filter(None, (name, size)))
                options.append((year - before.given, reading))
            else:
                name = "réduction générale jugée sur sa répartition 018 / 106"
                reading = " ; ".join(filter(None, (name, size)))
                options.append((_shared(facts, chosen), reading))
        declared = facts.declared.c106
        amount, reading = min(options, key=lambda each: abs(declared - each[0]))
        self.reduction = replace(after, given=before.given + amount)
        by_month, size = options[0]
        return amount, size if abs(amount - by_month) <= 1 else reading


def _smic(facts: MonthFacts, rule: Reduction) -> Cents:
    if facts.smic or facts.situation is None:
        return facts.smic
    work = facts.situation.quota_days / facts.month.days
    return usual_smic(rule, facts.month, work)


def _shared(facts: MonthFacts, chosen: Coefficients) -> Cents:
    """106 as its share of what is declared, 018 and 106 together.

    The yearly amount of a reduction cannot be redone without all the months.
    """
    whole = (facts.reduction_018 or 0) + (facts.reduction_106 or 0)
    return round_half_up(whole * chosen.points / chosen.t)


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

"""What was due for one unit over one year, month after month.

Where the law leaves a choice that the DSN does not state, every accepted
reading is computed and the nearest to the declaration is kept and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from miroir.recomputation.ceiling import MonthCeiling, month_ceiling
from miroir.recomputation.claimed import Reduced, ReductionRun
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
from miroir.types.amounts import Cents
from miroir.types.calculation import Amounts, Basis, Tranches

ROUNDING: Cents = 2


@dataclass(frozen=True, slots=True)
class MonthDue:
    """What was due for one month, and under which readings.

    `sums`: since January or the hire, this month included; None where the past
    is unknown.
    """

    due: Amounts
    declared: Amounts
    tranches: Tranches
    basis: Basis
    lines: Sequence[Line]
    readings: tuple[str, ...] = ()
    exempted: Cents = 0
    sums: Cumul | None = None
    reduced: Reduced | None = None

    @property
    def distance(self) -> Cents:
        return abs((self.declared - self.due).total)


@dataclass(slots=True)
class YearRun:
    """Computes the months of a year in order under one choice of ceilings."""

    cumul: Cumul = field(default_factory=Cumul)
    reduction: ReductionRun = field(default_factory=ReductionRun)

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
        reduced = self.reduction.month(given)
        c106 = reduced.amount if reduced else 0
        due = Amounts(c131=best.due.c131, c132=best.due.c132, c106=c106)
        readings = best.readings
        if reduced and reduced.reading:
            readings += (reduced.reading,)
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
            sums=self.cumul if given.known else None,
            reduced=reduced,
        )

    def _tranches(
        self, given: MonthInput, ceiling: Cents
    ) -> Iterator[tuple[Tranches | Allowed, Basis]]:
        facts, scheme = given.facts, given.rates.scheme
        if given.known:
            before = given.missing
            share = before.pay if facts.cadre_gross else 0
            self.cumul = self.cumul.plus(before.pay, before.ceilings, share)
            after = self.cumul.plus(facts.gross, ceiling, facts.cadre_gross)
            tranches = month_tranches(self.cumul, after, scheme)
            self.cumul = after
            yield tranches, given.basis
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


def _legacy(due: Amounts) -> Amounts:
    """105 holds Apec too."""
    return Amounts(c131=due.c131 + due.c132, c106=due.c106)


@dataclass(frozen=True, slots=True)
class YearDue:
    """The months of a year, and the sums at its end."""

    months: Sequence[MonthDue]
    cumul: Cumul


def best_year(months: Sequence[MonthInput], carried: Cumul | None = None) -> YearDue:
    """The year that the declaration follows, of those that the law allows.

    `carried`: the sums of a contract that ended before, in the same year and
    establishment. Whether a new contract starts from nothing or goes on is not
    settled by the texts: both are accepted.
    """
    alone = _best_start(months, Cumul())
    if carried is None:
        return alone
    along = _best_start(months, carried)
    fit, other = _Fit.of(months, along.months), _Fit.of(months, alone.months)
    if fit.beats(other) or (not other.beats(fit) and fit.amount < other.amount):
        reading = "cumul repris du contrat précédent"
        named = [
            replace(month, readings=(reading, *month.readings))
            for month in along.months
        ]
        return YearDue(named, along.cumul)
    return alone


def _best_start(months: Sequence[MonthInput], start: Cumul) -> YearDue:
    """The year under the ceilings that the declaration follows.

    Tried in this order, a later one only when it is clearly nearer: the rule
    all year; the option all year; the option from some month on.
    """
    best: YearDue | None = None
    for optional_from in _paths(months):
        run = YearRun(start)
        result = [
            run.month(given, optional_from is not None and rank >= optional_from)
            for rank, given in enumerate(months)
        ]
        if best is None or _Fit.of(months, result).beats(_Fit.of(months, best.months)):
            best = YearDue(result, run.cumul)
    assert best is not None  # there is always the rule
    return best


@dataclass(frozen=True, slots=True)
class _Fit:
    """How near a year of ceilings is to the declaration.

    The ceiling that was applied shows in base 02, never in the amounts, which
    carry errors of rates too. A base 02 equal to the pay above the ceiling
    shows none. Amounts count only where the past is unknown.
    """

    exact: int
    off: Cents
    left: Cents
    slack: Cents
    amount: Cents

    @classmethod
    def of(cls, months: Sequence[MonthInput], result: Sequence[MonthDue]) -> _Fit:
        exact = off = left = 0
        for given, due in zip(months, result, strict=True):
            facts = given.facts
            if due.basis is Basis.DECLARED_BASES:
                left += due.distance
            elif not facts.capped == facts.gross > due.tranches.ceiling:
                distance = abs(facts.capped - due.tranches.t1)
                exact += distance <= ROUNDING
                off += distance
        slack = len(months)
        return cls(exact, off, left, slack, _amount(result, slack))

    def beats(self, other: _Fit) -> bool:
        if self.exact != other.exact:
            return self.exact > other.exact
        if self.off < other.off - self.slack:
            return True
        return self.off <= other.off and self.left < other.left - self.slack


def _amount(result: Sequence[MonthDue], slack: Cents) -> Cents:
    """How far the amounts are, roundings apart."""
    return max(sum(due.distance for due in result) - slack * ROUNDING, 0)


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

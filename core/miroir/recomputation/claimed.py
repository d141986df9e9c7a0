"""Which of the lawful ways of reducing was used: by month, on the year, or,
when months are missing, whatever the declaration says as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from miroir import parameters
from miroir.parameters import Reduction
from miroir.recomputation.facts import MonthFacts
from miroir.recomputation.pricing import MonthInput
from miroir.recomputation.reduction import (
    Coefficients,
    ReductionCumul,
    coefficients,
    reduction_part,
    usual_smic,
)
from miroir.types.adhesion import Headcount
from miroir.types.amounts import Cents, round_half_up

ROUNDING: Cents = 2
SAME: Cents = 1
"""By month and on the year are then one reading."""
YEARLY = "réduction générale régularisée sur l’année"
SIZES = {
    Headcount.UNDER_50: "moins de 50 salariés",
    Headcount.FROM_50: "50 salariés et plus",
}


@dataclass(frozen=True, slots=True)
class Reduced:
    """One lawful 106. `claimed`: what 018 and 106 together make of it.

    `gross`, `smic`: what it is computed on, of the month or since January, with
    the coefficient `ratio`, less `given` in earlier months; all nought where it
    is judged on its share alone.
    """

    amount: Cents
    claimed: Cents
    reading: str
    chosen: Coefficients
    gross: Cents = 0
    smic: Cents = 0
    ratio: Decimal = Decimal(0)
    given: Cents = 0


@dataclass(slots=True)
class ReductionRun:
    """The months of a year in order."""

    cumul: ReductionCumul = field(default_factory=ReductionCumul)

    def month(self, given: MonthInput) -> Reduced | None:
        """106 due when a reduction is claimed (018 or 106 declared), else None.

        The way is recognised on the whole reduction, 018 and 106 together: 106
        alone says nothing when it is absent, of the wrong sign or share.
        """
        facts, before = given.facts, self.cumul
        rule = parameters.reduction(facts.month.first)
        after = ReductionCumul(
            before.gross + facts.gross,
            before.smic + _smic(facts, rule),
            before.given,
            before.complete and given.known and not given.missing.ceilings,
        )
        self.cumul = after
        if facts.reduction_018 is None and facts.reduction_106 is None:
            return None
        declared = facts.declared.c106
        best = min(
            _options(given, rule, after),
            key=lambda option: (
                max(abs(option.claimed - option.amount) - ROUNDING, 0),
                abs(declared - option.amount),
            ),
        )
        self.cumul = replace(after, given=before.given + best.amount)
        return best


def _options(
    given: MonthInput, rule: Reduction, after: ReductionCumul
) -> Iterator[Reduced]:
    facts = given.facts
    headcount = given.condition.headcount if given.condition else None
    smic = _smic(facts, rule)
    for chosen in coefficients(rule, headcount, given.rates):
        size = "" if headcount else supposed(chosen.headcount)
        claimed = _claimed(facts, chosen)
        by_month, ratio = reduction_part(facts.gross, smic, rule, chosen)
        yield Reduced(by_month, claimed, size, chosen, facts.gross, smic, ratio)
        if after.complete:
            whole, ratio = reduction_part(after.gross, after.smic, rule, chosen)
            year = whole - after.given
            name = "" if abs(year - by_month) <= SAME else YEARLY
            on = after.gross, after.smic, ratio, after.given
            yield Reduced(year, claimed, joined(name, size), chosen, *on)
        else:
            name = "réduction générale jugée sur sa répartition 018 / 106"
            yield Reduced(claimed, claimed, joined(name, size), chosen)


def supposed(headcount: Headcount) -> str:
    """The reading of a headcount that the adhesion does not give."""
    return f"effectif supposé : {SIZES[headcount]}"


def joined(*readings: str) -> str:
    """Several readings of one amount as one."""
    return " ; ".join(filter(None, readings))


def _claimed(facts: MonthFacts, chosen: Coefficients) -> Cents:
    """106 as its share of the reduction declared, 018 and 106 together.

    Where 106 is absent or of the wrong sign, 018 alone tells the whole.
    """
    social, pension = facts.reduction_018 or 0, facts.reduction_106 or 0
    if social and social * pension <= 0:
        return round_half_up(social * chosen.points / (chosen.t - chosen.points))
    return round_half_up((social + pension) * chosen.points / chosen.t)


def _smic(facts: MonthFacts, rule: Reduction) -> Cents:
    if facts.smic or facts.situation is None:
        return facts.smic
    work = facts.situation.quota_days / facts.month.days
    return usual_smic(rule, facts.month, work)

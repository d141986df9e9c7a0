"""Which of the lawful ways of reducing was used: by month, on the year, or,
when months are missing, whatever the declaration says as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

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
class _Option:
    """One lawful 106. `claimed`: what 018 and 106 together make of it."""

    amount: Cents
    claimed: Cents
    reading: str


@dataclass(slots=True)
class ReductionRun:
    """The months of a year in order."""

    cumul: ReductionCumul = field(default_factory=ReductionCumul)

    def month(self, given: MonthInput) -> tuple[Cents, str]:
        """106 due when a reduction is claimed (018 or 106 declared).

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
            return 0, ""
        declared = facts.declared.c106
        best = min(
            _options(given, rule, after),
            key=lambda option: (
                max(abs(option.claimed - option.amount) - ROUNDING, 0),
                abs(declared - option.amount),
            ),
        )
        self.cumul = replace(after, given=before.given + best.amount)
        return best.amount, best.reading


def _options(
    given: MonthInput, rule: Reduction, after: ReductionCumul
) -> Iterator[_Option]:
    facts = given.facts
    headcount = given.condition.headcount if given.condition else None
    smic = _smic(facts, rule)
    for chosen in coefficients(rule, headcount, given.rates):
        size = "" if headcount else supposed(chosen.headcount)
        claimed = _claimed(facts, chosen)
        by_month = reduction_part(facts.gross, smic, rule, chosen)
        yield _Option(by_month, claimed, size)
        if after.complete:
            year = reduction_part(after.gross, after.smic, rule, chosen) - after.given
            same = abs(year - by_month) <= SAME
            yield _Option(year, claimed, joined("" if same else YEARLY, size))
        else:
            name = "réduction générale jugée sur sa répartition 018 / 106"
            yield _Option(claimed, claimed, joined(name, size))


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

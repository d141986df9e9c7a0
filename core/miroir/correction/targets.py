"""Which lines of the mirror a plan may correct, and on which codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from miroir.correction.draft import LineKey, key_of
from miroir.correction.plan import Action, Verdict
from miroir.correction.routing import PAYMENTS
from miroir.declaration.reading import MONTHLY
from miroir.diagnostic.ranking import BACKGROUND
from miroir.recomputation.attachment import shared_numbers
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

PRESCRIPTION_YEARS = 5
"""Contributions are claimed for five years (article 2224 of the code civil)."""
ALL = frozenset({"131", "132", "106", "109", "105"})
_TO_CORRECT = frozenset({Verdict.CORRECT, Verdict.CONFIRM})

IDENTITY = "identité du salarié à établir d’abord"
PAST = "mois antérieurs manquants : le montant exact dépend de leur paie"
PARTLY = "cause d’une partie de l’écart non établie"
ELSEWHERE = "déclaré par la seule DSN de substitution : à voir avec l’Urssaf ou la MSA"
OLD = "plus de cinq ans : décision à prendre avec le service recouvrement"
_NOT_ASKED = {
    Verdict.ADHESION: "adhésion à compléter d’abord",
    Verdict.OURS: "à corriger de notre côté",
    Verdict.NOT_DECIDABLE: "cause non établie",
    Verdict.CLIENT_VALUE: "valeur que seule l’entreprise peut donner",
    Verdict.NOTHING: "situation légitime",
}


@dataclass(slots=True)
class Target:
    """Why a line is corrected. `codes`: the contributions concerned."""

    causes: set[str] = field(default_factory=set)
    codes: frozenset[str] = ALL


@dataclass(frozen=True, slots=True)
class Targets:
    """The lines that the actions ask to correct, and why others are not."""

    wanted: dict[LineKey, Target]
    not_asked: dict[LineKey, str]
    """Lines that are not corrected, or not wholly, and why, in French."""

    @classmethod
    def of(cls, company: CompanyView, actions: Sequence[Action], on: date) -> Targets:
        shared = shared_numbers(company.current)
        own = _declared(company)
        about = [(one, About.of(one)) for one in actions]
        wanted: dict[LineKey, Target] = {}
        refused: dict[LineKey, str] = {}
        for line in company.mirror:
            key = key_of(line)
            why = _obstacle(line, shared, on)
            if (line.siret, line.person) not in own:
                why = ELSEWHERE
            concerned = [one for one, where in about if where.holds(line)]
            asked = [one for one in concerned if one.verdict in _TO_CORRECT]
            if asked and not why and line.computed:
                wanted[key] = _target(asked, concerned)
                if wanted[key].codes != ALL:
                    refused[key] = PARTLY
            elif why or concerned:
                refused[key] = why or _why_not(concerned)
        return cls(wanted, refused)


def _declared(company: CompanyView) -> set[tuple[str, PersonNumber]]:
    """Who is in a monthly DSN of which establishment."""
    return {
        (declaration.siret, employee.person)
        for declaration in company.current
        if declaration.nature == MONTHLY
        for employee in declaration.employees
    }


@dataclass(frozen=True, slots=True)
class About:
    """The lines that an action is about: its months, and its persons if it
    names some. Payments are about no line."""

    periods: frozenset[Month]
    persons: frozenset[PersonNumber]

    @classmethod
    def of(cls, action: Action) -> Self:
        if action.cause.id in PAYMENTS or action.cause.id in BACKGROUND:
            return cls(frozenset(), frozenset())
        return cls(frozenset(action.periods), frozenset(action.persons))

    def holds(self, line: MirrorLine) -> bool:
        return self.names(line.person, line.period)

    def names(self, person: PersonNumber, period: Month) -> bool:
        named = not self.persons or person in self.persons
        return named and period in self.periods


def _target(asked: Sequence[Action], concerned: Sequence[Action]) -> Target:
    """Every code, unless a part of the line's gap is not explained."""
    causes = {one.cause.id for one in asked}
    unclear = any(one.verdict is Verdict.NOT_DECIDABLE for one in concerned)
    codes = frozenset().union(*(codes_of(cause) for cause in causes))
    return Target(causes, codes if unclear else ALL)


def codes_of(cause: str) -> frozenset[str]:
    """The contributions that an error touches."""
    if cause.startswith("REDUCTION_106"):
        return frozenset({"106"})
    if cause.startswith("APEC_") and cause != "APEC_DANS_131":
        return frozenset({"132"})
    if cause.startswith(("CET", "CEG", "T2", "TAUX")):
        return frozenset({"131"})
    if cause.startswith(("PLAFOND", "PMSS", "REGULARISATION")):
        return frozenset({"131", "132"})  # Apec stops at four ceilings
    return ALL


def _obstacle(line: MirrorLine, shared: Collection[object], on: date) -> str:
    """What stands in the way whatever the cause; empty: nothing."""
    if line.person in shared:
        return IDENTITY
    if line.calculation.basis is Basis.ESTIMATED:
        return PAST
    if line.period.last < _years_before(on, PRESCRIPTION_YEARS):
        return OLD
    return ""


def _why_not(concerned: Sequence[Action]) -> str:
    reasons = [
        reason
        for verdict, reason in _NOT_ASKED.items()
        if any(one.verdict is verdict for one in concerned)
    ]
    return reasons[0] if reasons else ""


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)

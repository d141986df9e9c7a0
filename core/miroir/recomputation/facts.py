"""What one month of a unit says, summed once and independent of any option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from miroir.recomputation.attachment import Unit, UnitMonth
from miroir.recomputation.situation import (
    CADRE,
    GROSS_PAY,
    MonthSituation,
    month_situation,
)
from miroir.types.amounts import Cents
from miroir.types.calculation import Amounts, DeclaredPart
from miroir.types.declaration import Base, Contract
from miroir.types.period import Month

CAPPED, UNCAPPED = "02", "03"
SPECIFIC_BASES = frozenset({"11", "22", "23", "24", "25", "43", "45"})
"""Flat, specific, exceptional and ICP bases: what they add to, replace or
take from the usual ones is not public, so they are reported, not guessed."""
SMIC, EMPLOYER_PENSION, SHARED_CEILING = "01", "03", "06"
APPRENTICES = frozenset({"64", "65", "81"})
NO_CATEGORY = frozenset({"98", "99"})
UNIFIED = "RUAA"
BEFORE_2019 = frozenset({"RETA", "RETC"})
INTERN = "29"
ORIGIN_ABSENT = "la déclaration du mois d’origine n’est pas dans les fichiers donnés"
INTERN_OWES_NOTHING = "stagiaire : pas de cotisation sur la gratification franchisée"
OTHER_SCHEME = "aucun rattachement au régime unifié (bloc 71)"
SEVERAL_EMPLOYERS = "plusieurs employeurs : plafond réparti entre eux"
SHARED_CEILING_DECLARED = "plafond de salarié poly-employeurs déclaré (composant 06)"
NOT_CONCERNED = frozenset({INTERN_OWES_NOTHING, OTHER_SCHEME})


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """Sums of one month, in cents; `None` where nothing was declared."""

    month: Month
    at_hand: bool
    parts: tuple[DeclaredPart, ...]
    contract: Contract | None
    situation: MonthSituation | None
    declared: Amounts
    legacy_105: bool
    exempt_109: Cents
    capped: Cents
    gross: Cents
    gross_from: str
    cadre_gross: Cents
    reduction_018: Cents | None
    reduction_106: Cents | None
    smic: Cents
    why_not: str
    why_declared_bases: str

    @property
    def apprentice(self) -> bool:
        return self.contract is not None and self.contract.scheme in APPRENTICES


def month_facts(unit: Unit, month: UnitMonth) -> MonthFacts:
    """Sum what is declared for one month of a unit."""
    counted = distinct(month.parts)
    bases = [part.base for part in counted]
    every = [part.base for part in month.parts]
    contracts = month.contracts
    situation = None
    if contracts:
        situation = month_situation(month.month, contracts, month.remunerations, bases)
    contract = contracts[-1] if contracts else None
    gross, gross_from = _gross(bases, month)
    declared, legacy = _declared(every)
    return MonthFacts(
        month=month.month,
        at_hand=month.at_hand,
        parts=tuple(month.parts),
        contract=contract,
        situation=situation,
        declared=declared,
        legacy_105=legacy,
        exempt_109=_amount(every, "109") or 0,
        capped=_sum(bases, CAPPED),
        gross=gross,
        gross_from=gross_from,
        cadre_gross=_cadre_gross(bases, contracts, situation, gross),
        reduction_018=_amount(bases, "018"),
        reduction_106=_amount(bases, "106"),
        smic=_component(bases, SMIC),
        why_not=_why_not(unit, month, bases, declared),
        why_declared_bases=_why_declared_bases(bases, contract),
    )


def distinct(parts: Sequence[DeclaredPart]) -> list[DeclaredPart]:
    """Parts without a base declared twice, word for word, in one declaration.

    What takes the second one back later, by its very amount, goes with it.
    """
    rough = {
        (id(p.declaration), p.base.code, p.base.start, p.base.amount) for p in parts
    }
    if len(rough) == len(parts):
        return list(parts)  # nearly always: no two are even alike
    seen: set[tuple[object, ...]] = set()
    repeated: list[tuple[object, ...]] = []
    kept = []
    for part in parts:
        base = part.base
        contributions = tuple((c.code, c.amount) for c in base.contributions)
        mark = (
            id(part.declaration),
            base.code,
            base.start,
            base.end,
            base.amount,
            base.contract,
            contributions,
        )
        if base.amount > 0 and mark in seen:
            repeated.append((base.code, base.start, base.end, -base.amount))
            continue
        taken_back = (base.code, base.start, base.end, base.amount)
        if taken_back in repeated:
            repeated.remove(taken_back)
            continue
        seen.add(mark)
        kept.append(part)
    return kept


def _declared(bases: Sequence[Base]) -> tuple[Amounts, bool]:
    """131, 132 and 106; 142 and 146 are copies for Urssaf, never added.

    105 (total with Apec) counts only where 131 does not: one of the two is
    due for a period.
    """
    unified, legacy = _amount(bases, "131"), _amount(bases, "105")
    only_legacy = not unified and bool(legacy)
    amounts = Amounts(
        c131=(legacy if only_legacy else unified) or 0,
        c132=0 if only_legacy else (_amount(bases, "132") or 0),
        c106=_amount(bases, "106") or 0,
    )
    return amounts, only_legacy


def _gross(bases: Sequence[Base], month: UnitMonth) -> tuple[Cents, str]:
    """Uncapped base less the employer's pension contributions (79, type 03).

    Without a base 03 the gross pay (51, type 001) stands in for it.
    """
    if any(base.code == UNCAPPED for base in bases):
        employer = _component(bases, EMPLOYER_PENSION)
        return _sum(bases, UNCAPPED) - employer, "base 03"
    if not any(base.code == CAPPED for base in bases):
        return 0, ""
    pays = [pay for pay in month.remunerations if pay.kind == GROSS_PAY]
    if pays:
        return sum(pay.amount for pay in pays), "rémunération 001"
    return _sum(bases, CAPPED), "base 02"


def _cadre_gross(
    bases: Sequence[Base],
    contracts: Sequence[Contract],
    situation: MonthSituation | None,
    gross: Cents,
) -> Cents:
    """The part of the gross that was earned as cadre, by period or contract."""
    if situation is None:
        return 0
    statuses = situation.statuses
    if statuses <= {CADRE, *NO_CATEGORY}:
        return gross
    if CADRE not in statuses:
        return 0
    if len(contracts) > 1:
        cadres = {c.number for c in contracts if c.status == CADRE}
        return sum(
            base.amount
            for base in bases
            if base.code == UNCAPPED and base.contract in cadres
        )
    return _cadre_part(bases, situation, gross)


def _cadre_part(
    bases: Sequence[Base], situation: MonthSituation, gross: Cents
) -> Cents:
    runs = [run for run in situation.segments if run.status == CADRE]
    # One of zero only bears a contribution that was corrected.
    own = [base for base in bases if base.code == UNCAPPED and base.amount]
    if len(own) > 1:
        return sum(
            base.amount
            for base in own
            if any(run.start <= base.start <= run.end for run in runs)
        )
    days = sum(run.days for run in situation.segments)
    return gross * sum(run.days for run in runs) // days


def _why_not(
    unit: Unit, month: UnitMonth, bases: Sequence[Base], declared: Amounts
) -> str:
    """Why nothing can be computed for the month, in French; empty if it can."""
    if not month.at_hand:
        return ORIGIN_ABSENT
    specific = sorted({b.code for b in bases if b.code in SPECIFIC_BASES and b.amount})
    if specific:
        return f"base {', '.join(specific)} : règle de calcul non publiée"
    if any(contract.nature == INTERN for contract in month.contracts):
        return INTERN_OWES_NOTHING
    if declared == Amounts() and not _scheme_found(month.contracts):
        return OTHER_SCHEME
    return ""


def _scheme_found(contracts: Iterable[Contract]) -> bool:
    """RUAA, or nothing said: a missing block 71 does not free from paying."""
    for contract in contracts:
        schemes = set(contract.pension_schemes)
        if UNIFIED in schemes or schemes & BEFORE_2019 or not schemes:
            return True
    return False


def _why_declared_bases(bases: Sequence[Base], contract: Contract | None) -> str:
    """Why the ceiling cannot be judged from this employer alone, in French."""
    if contract is not None and contract.several_employers == "02":
        return SEVERAL_EMPLOYERS
    if any(c.kind == SHARED_CEILING for base in bases for c in base.components):
        return SHARED_CEILING_DECLARED
    if contract is not None and contract.full_time_contribution in ("02",):
        return "temps partiel cotisant sur un temps plein (40.044)"
    return ""


def _sum(bases: Iterable[Base], code: str) -> Cents:
    return sum(base.amount for base in bases if base.code == code)


def _amount(bases: Iterable[Base], code: str) -> Cents | None:
    amounts = [
        contribution.amount
        for base in bases
        for contribution in base.contributions
        if contribution.code == code and contribution.amount is not None
    ]
    return sum(amounts) if amounts else None


def _component(bases: Iterable[Base], kind: str) -> Cents:
    return sum(
        component.amount
        for base in bases
        for component in base.components
        if component.kind == kind
    )


def days_of(facts: MonthFacts) -> Decimal | None:
    """Days that count for the ceiling, None when the month is not at hand."""
    return facts.situation.days if facts.situation else None

"""The mirror of one company: declared beside due, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from miroir import parameters
from miroir.recomputation.attachment import Attachment, Unit
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.cumulation import Cumul
from miroir.recomputation.due import MonthDue, best_year, ceiling_of
from miroir.recomputation.explanation import steps_of
from miroir.recomputation.facts import MonthFacts, days_of, month_facts
from miroir.recomputation.past import missed_ceilings, with_past
from miroir.recomputation.pricing import MonthInput
from miroir.types.adhesion import AdhesionCondition
from miroir.types.calculation import Amounts, Basis, Calculation, MirrorLine
from miroir.types.declaration import Declaration
from miroir.types.diagnosis import TOLERANCE
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

_CATEGORIES = {"98": ("04", "01"), "99": ("04", "01")}
"""Without a category, the conditions of non-cadres, then of cadres."""


STANDARD_RATES = "conditions d’adhésion inconnues : taux de droit commun"
DAYS_BY_DATES = "jours du plafond (53, unité 40) absents ou nuls : dates utilisées"

Ended = dict[tuple[str, PersonNumber, int], Cumul]
"""The sums of a person's earlier contract, by establishment and year."""


def mirror(
    declarations: Sequence[Declaration], conditions: Sequence[AdhesionCondition]
) -> tuple[MirrorLine, ...]:
    """Every employee, contract and month of one company.

    `declarations`: the valid versions only. Sorted by establishment, person,
    contract and month.
    """
    lines: list[MirrorLine] = []
    ended: Ended = {}
    for unit in Attachment(declarations).units():
        lines.extend(_unit_lines(unit, conditions, ended))
    return tuple(_between_contracts(lines))


def _between_contracts(lines: Sequence[MirrorLine]) -> Iterator[MirrorLine]:
    """Lines of one person and month whose gaps cancel from contract to contract.

    Some software declares the contributions of two contracts under one: the
    person is right, no contract is; it is said and raises no gap.
    """
    together: dict[tuple[object, ...], list[MirrorLine]] = defaultdict(list)
    for line in lines:
        together[line.siret, line.person, line.period].append(line)
    for line in lines:
        same = together[line.siret, line.person, line.period]
        apart = any(abs(each.gap.total) > TOLERANCE for each in same)
        if apart and abs(sum(each.gap.total for each in same)) <= TOLERANCE:
            reading = "cotisations déclarées sous un autre contrat du salarié"
            readings = (*line.calculation.readings, reading)
            calculation = replace(
                line.calculation, due=line.declared, readings=readings
            )
            yield replace(line, calculation=calculation)
        else:
            yield line


def _unit_lines(
    unit: Unit, conditions: Sequence[AdhesionCondition], ended: Ended
) -> Iterator[MirrorLine]:
    by_year: dict[int, list[MonthFacts]] = {}
    for month in sorted(unit.months):
        facts = month_facts(unit, unit.months[month])
        if facts.parts or facts.at_hand:
            by_year.setdefault(month.year, []).append(facts)
    for year in sorted(by_year):
        yield from _year_lines(unit, by_year[year], conditions, ended)


def _year_lines(
    unit: Unit,
    year: Sequence[MonthFacts],
    conditions: Sequence[AdhesionCondition],
    ended: Ended,
) -> Iterator[MirrorLine]:
    inputs: Sequence[MonthInput] = []
    left_out: list[tuple[MonthFacts, str]] = []
    expected = _first_expected(unit, year[0].month)
    known, year_ceiling = True, 0
    for facts in year:
        why = facts.why_not or _beyond(facts.month)
        known = known and not why and facts.month == expected
        hole, expected = expected, facts.month.next
        if why:
            left_out.append((facts, why))
            continue
        year_ceiling += missed_ceilings(hole, facts.month)
        given = _input(unit, facts, conditions, known, year_ceiling)
        year_ceiling = given.year_ceiling
        inputs = [*inputs, given]
    if not left_out:
        inputs = with_past(_first_expected(unit, year[0].month), inputs)
    key = (unit.siret, unit.person, year[0].month.year)
    whole = not left_out and all(given.known for given in inputs)
    found = best_year(inputs, ended.get(key) if whole else None)
    ended.pop(key, None)
    if whole:
        ended[key] = found.cumul
    results = {
        given.facts.month: (given, due)
        for given, due in zip(inputs, found.months, strict=True)
    }
    reasons = {facts.month: why for facts, why in left_out}
    for facts in year:
        if facts.month in results:
            yield _computed(unit, *results[facts.month])
        else:
            yield _not_computed(unit, facts, reasons[facts.month])


def _first_expected(unit: Unit, month: Month) -> Month:
    """Where the sums start: January, or the month of the hire."""
    hired = Month.of(unit.start)
    return max(hired, month.january)


def _beyond(month: Month) -> str:
    """Why a month has no published parameters; empty when it has."""
    if parameters.first_day() <= month.first <= parameters.horizon():
        return ""
    return (
        f"paramètres {month.year} non publiés : rien n’est calculé au-delà de"
        f" {parameters.horizon():%m/%Y} ni avant {parameters.first_day():%m/%Y}"
    )


def _input(
    unit: Unit,
    facts: MonthFacts,
    conditions: Sequence[AdhesionCondition],
    known: bool,
    before: int,
) -> MonthInput:
    condition = condition_for(unit.siret, _status(facts), facts.month.last, conditions)
    ceiling = ceiling_of(facts)
    return MonthInput(
        facts=facts,
        ceiling=ceiling,
        rates=rates_for(condition, facts.month.first),
        condition=condition,
        known=known and not facts.why_declared_bases,
        year_ceiling=before + max(ceiling.usual, ceiling.other),
    )


def _status(facts: MonthFacts) -> str:
    return facts.contract.status if facts.contract else ""


def condition_for(
    siret: str, status: str, day: date, conditions: Sequence[AdhesionCondition]
) -> AdhesionCondition | None:
    """The adhesion conditions of a category on a day; None: standard ones."""
    for category in _CATEGORIES.get(status, (status,)):
        for condition in conditions:
            here = condition.siret in ("", siret)
            if here and condition.category == category and condition.covers(day):
                return condition
    return None


def _computed(unit: Unit, given: MonthInput, due: MonthDue) -> MirrorLine:
    facts = given.facts
    calculation = Calculation(
        due=due.due,
        basis=due.basis,
        tranches=due.tranches,
        exempted=due.exempted,
        condition=given.condition,
        readings=due.readings,
        remarks=tuple(_remarks(given, due)),
        steps=steps_of(given, due),
    )
    return _line(unit, facts, due.declared, calculation)


def _remarks(given: MonthInput, due: MonthDue) -> Iterator[str]:
    facts = given.facts
    if given.condition is None:
        yield STANDARD_RATES
    if due.basis is Basis.ESTIMATED:
        yield (
            "mois manquants comptés au salaire habituel : aucun passé n’explique les"
            " bases déclarées"
        )
    if facts.why_declared_bases:
        yield facts.why_declared_bases
    elif due.basis is Basis.DECLARED_BASES:
        yield "mois antérieurs absents : jugé sur les bases déclarées"
    if facts.gross_from not in ("base 03", ""):
        yield f"base 03 absente : assiette prise sur {facts.gross_from}"
    situation = facts.situation
    if situation is not None and situation.days_from == "dates":
        yield DAYS_BY_DATES


def _not_computed(unit: Unit, facts: MonthFacts, why: str) -> MirrorLine:
    calculation = Calculation(
        due=facts.declared, basis=Basis.NOT_COMPUTED, remarks=(why,)
    )
    return _line(unit, facts, facts.declared, calculation)


def _line(
    unit: Unit, facts: MonthFacts, declared: Amounts, calculation: Calculation
) -> MirrorLine:
    return MirrorLine(
        siren=unit.siren,
        siret=unit.siret,
        person=unit.person,
        contract=unit.contract,
        period=facts.month,
        declared=declared,
        declared_t1=facts.capped,
        declared_gross=facts.gross,
        calculation=calculation,
        parts=facts.parts,
        contract_state=facts.contract,
        days=days_of(facts),
    )

"""Differences between what is due and what is declared, line by line."""

from __future__ import annotations

from miroir import parameters
from miroir.correction.draft import CAPPED, Entry
from miroir.correction.plan import How
from miroir.recomputation.apprentice import exempt_bases
from miroir.recomputation.facts import APPRENTICES
from miroir.recomputation.reduction import usual_smic
from miroir.recomputation.situation import month_situation
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine

NEGLIGIBLE: Cents = 1
"""Roundings: nobody is asked for a cent."""


def difference(line: MirrorLine, codes: frozenset[str]) -> Entry:
    """What to add to the line's bases and contributions, among `codes`."""
    entry = Entry(how=How.AMOUNTS)
    for code, cents in line.gap.by_code().items():
        if abs(cents) > NEGLIGIBLE and code in codes:
            entry.amounts[code] = -cents
    if "131" in codes:
        capped = line.calculation.tranches.t1 - line.declared_t1
        if abs(capped) > NEGLIGIBLE:
            entry.bases[CAPPED] = capped
        _exempt(line, entry)
    if "106" in entry.amounts:
        _reduce(line, entry)
    return entry


def _exempt(line: MirrorLine, entry: Entry) -> None:
    """An apprentice's 109: its base (81.003), and its amount where the company
    gives it one, 131 being then gross of it."""
    contract = line.contract_state
    if contract is None or contract.scheme not in APPRENTICES:
        return
    right = next(exempt_bases(contract, line.period, line.declared_gross))
    declared, taken = line.declared_109
    base = right - declared
    if abs(base) > NEGLIGIBLE and "131" in entry.amounts:
        entry.assiettes["109"] = base
    if taken < 0 and "131" in entry.amounts:
        more = -line.calculation.exempted - taken
        entry.amounts["109"] = more
        entry.amounts["131"] -= more
        if abs(entry.amounts["131"]) <= NEGLIGIBLE:
            del entry.amounts["131"]
        entry.assiettes.setdefault("109", 0)


def _reduce(line: MirrorLine, entry: Entry) -> None:
    """106 goes with its pay (81.003) and the SMIC (79/01) under base 03: whole
    where they were absent, unchanged otherwise (CT2026.1.2, 81.001 CCH-17)."""
    entry.assiettes["106"] = 0 if line.reduced else line.declared_gross
    entry.smic = 0 if line.smic_held else _usual_smic(line)


def _usual_smic(line: MirrorLine) -> Cents:
    contract, month = line.contract_state, line.period
    if contract is None:
        return 0
    bases = [part.base for part in line.parts]
    employees = {id(part.employee): part.employee for part in line.parts}
    pays = [pay for one in employees.values() for pay in one.remunerations]
    situation = month_situation(month, [contract], pays, bases)
    rule = parameters.reduction(month.first)
    return usual_smic(rule, month, situation.quota_days / month.days)

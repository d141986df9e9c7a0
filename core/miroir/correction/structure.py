"""Corrections of the blocks themselves: they come before those of amounts,
which they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from miroir.correction.draft import (
    CAPPED,
    COUNTED,
    UNCAPPED,
    Draft,
    Entry,
    Scheme,
    Status,
    key_of,
)
from miroir.correction.plan import How
from miroir.recomputation.facts import NO_CATEGORY, SMIC, UNIFIED, distinct
from miroir.recomputation.situation import CADRE
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Contract

NON_CADRE = "04"
CADRE_STATUSES = frozenset({"03", "04"})
"""40.002: cadre dirigeant, autre cadre."""

Structural = Callable[[MirrorLine, Draft], None]


def restructure(cause: str, line: MirrorLine, draft: Draft) -> None:
    """Plan what a structural cause asks on a line; nothing for another cause."""
    planned = STRUCTURAL.get(cause)
    if planned is not None:
        planned(line, draft)


def _uncapped_base(line: MirrorLine, draft: Draft) -> None:
    """Base 03 absent: the gross pay that stood in for it (51, type 001)."""
    codes = {part.base.code for part in line.parts if part.base.amount}
    if UNCAPPED not in codes and CAPPED in codes:
        entry = Entry(how=How.AMOUNTS, bases={UNCAPPED: line.declared_gross})
        draft.add(key_of(line), entry)


def _duplicates(line: MirrorLine, draft: Draft) -> None:
    """Bases 02 and 03 there twice, taken back with their contributions."""
    kept = {id(part) for part in distinct(line.parts)}
    for part in line.parts:
        base = part.base
        if id(part) in kept or base.code not in (CAPPED, UNCAPPED):
            continue
        bases = {base.code: -base.amount}
        entry = Entry(how=How.CANCELLED, bases=bases, under=base.code)
        for contribution in base.contributions:
            if contribution.code in COUNTED and contribution.amount:
                code, taken = contribution.code, entry.amounts
                taken[code] = taken.get(code, 0) - contribution.amount
                if contribution.base_amount is not None:
                    entry.assiettes[code] = -contribution.base_amount
        if "106" in entry.amounts:
            entry.smic = -sum(c.amount for c in base.components if c.kind == SMIC)
        draft.add(key_of(line), entry)


def _old_code(line: MirrorLine, draft: Draft) -> None:
    """105 taken back; 131 and 132 are then what is missing."""
    declared = sum(
        contribution.amount or 0
        for part in line.parts
        for contribution in part.base.contributions
        if contribution.code == "105"
    )
    if declared:
        draft.add(key_of(line), Entry(how=How.AMOUNTS, amounts={"105": -declared}))


def _days(line: MirrorLine, draft: Draft) -> None:
    if line.days:
        draft.days[key_of(line)] = line.days


def _category(line: MirrorLine, draft: Draft) -> None:
    """98 or 99 of an affiliated employee."""
    contract = line.contract_state
    if contract is not None and contract.status in NO_CATEGORY:
        _status(line, contract, _likely(line, contract), draft)


def _cadre(line: MirrorLine, draft: Draft) -> None:
    contract = line.contract_state
    if contract is not None and contract.status == NON_CADRE:
        _status(line, contract, CADRE, draft)


def _likely(line: MirrorLine, contract: Contract) -> str:
    """Cadre by the collective agreement, or paying Apec; else not."""
    cadre = contract.conventional_status in CADRE_STATUSES or line.declared.c132
    return CADRE if cadre else NON_CADRE


def _status(line: MirrorLine, contract: Contract, new: str, draft: Draft) -> None:
    unit = key_of(line).unit
    known = draft.statuses.setdefault(unit, Status(old=contract.status, new=new))
    known.periods.append(line.period)


def _scheme(line: MirrorLine, draft: Draft) -> None:
    """Block 71 absent, or of another scheme."""
    contract = line.contract_state
    if contract is None or UNIFIED in contract.pension_schemes:
        return
    wrong = contract.pension_schemes[0] if contract.pension_schemes else ""
    found = draft.schemes.setdefault(key_of(line).unit, Scheme(wrong=wrong))
    found.periods.append(line.period)
    if wrong:
        found.bases[line.period] = _declared_bases(line)


def _declared_bases(line: MirrorLine) -> dict[str, Cents]:
    found: dict[str, Cents] = {}
    for part in line.parts:
        code = part.base.code
        if code in (CAPPED, UNCAPPED):
            found[code] = found.get(code, 0) + part.base.amount
    return found


STRUCTURAL: Mapping[str, Structural] = {
    "BASE_03_ABSENTE": _uncapped_base,
    "SALARIE_DECLARE_DEUX_FOIS": _duplicates,
    "CODE_105_APRES_2025": _old_code,
    "JOURS_53_A_ZERO": _days,
    "STATUT_99_AFFILIE": _category,
    "STATUT_CADRE_DECLARE_NON_CADRE": _cadre,
    "BLOC_71_ABSENT": _scheme,
    "REGIME_71_ERRONE": _scheme,
}

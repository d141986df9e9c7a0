"""How far an error goes: whole company, one group, some employees; since when.

The employees on whom it shows are set beside those on whom it would show if it
were general and does not. What tells the two apart is a group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from miroir.diagnostic.explaining import CODES, effect
from miroir.diagnostic.imagined import CLOSE, Case
from miroir.diagnostic.reductions import REDUCTION_CAUSES
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, Scope
from miroir.types.period import Month


def _of_contract(name: str) -> Callable[[MirrorLine], str]:
    return lambda line: str(getattr(line.contract_state, name, None) or "")


_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def in_french(month: Month) -> str:
    return f"{_MONTHS[month.month - 1]} {month.year}"


_GROUPS: Mapping[str, Callable[[MirrorLine], str]] = {
    "établissement": lambda line: line.siret,
    "statut (40.003)": _of_contract("status"),
    "nature de contrat (40.007)": _of_contract("nature"),
    "dispositif (40.008)": _of_contract("scheme"),
    "emploi (40.004)": _of_contract("job"),
    "convention (40.017)": _of_contract("idcc"),
}
"""What may tell a group apart, the widest first."""


def extent(
    name: str,
    usual: Scope,
    concerned: Sequence[MirrorLine],
    witnesses: Iterable[Case],
    company: CompanyView,
) -> tuple[Scope, str]:
    """The scope of an error, and in French the group that it is limited to."""
    persons = {line.person for line in concerned}
    everybody = {line.person for line in company.mirror}
    if len(persons) == 1 and len(everybody) > 1:
        return (Scope.EMPLOYEES if usual is Scope.COMPANY else usual), ""
    months = {line.period for line in concerned}
    spared = [
        case.line
        for case in witnesses
        if case.line.person not in persons
        and case.line.period in months
        and _would_show(case, name)
    ]
    if not spared or usual is Scope.EMPLOYEES:
        return usual, ""
    for label, value in _GROUPS.items():
        own = {value(line) for line in concerned}
        if own.isdisjoint(value(line) for line in spared):
            found = f"{label} {', '.join(sorted(own))}"
            return Scope.GROUP, f"l’écart ne touche qu’un groupe ({found})"
    return Scope.EMPLOYEES, ""


def _would_show(case: Case, name: str) -> bool:
    if name in REDUCTION_CAUSES:
        return False  # nothing is due where no reduction is claimed
    return any(abs(effect(case, name, code)) > CLOSE for code in CODES)


def since_when(concerned: Sequence[MirrorLine], company: CompanyView) -> str:
    """In French, the months of an error when they are not all those at hand,
    and the dates that its beginning or its end falls on."""
    persons = {line.person for line in concerned}
    held = sorted({l.period for l in company.mirror if l.person in persons})
    found = sorted({line.period for line in concerned})
    said = []
    if found[0] > held[0]:
        dated = _dated(found[0], concerned, company)
        said.append(f"l’écart commence en {in_french(found[0])}{dated}")
    if found[-1] < held[-1]:
        after = found[-1].next
        dated = _dated(after, concerned, company)
        said.append(f"l’écart cesse après {in_french(found[-1])}{dated}")
    return " ; ".join(said)


def _dated(month: Month, concerned: Sequence[MirrorLine], company: CompanyView) -> str:
    """What else changes that month: conditions, contracts."""
    events = []
    if any(c.valid_from in month for c in company.conditions):
        events.append("date d’effet de conditions d’adhésion")
    persons = {line.person for line in concerned}
    lines = [l for l in company.mirror if l.person in persons and l.contract_state]
    contracts = [line.contract_state for line in lines if line.contract_state]
    if any(contract.start in month for contract in contracts):
        events.append("début de contrat")
    if any(change.since in month for c in contracts for change in c.changes):
        events.append("changement de contrat (bloc 41)")
    if _status_changed(lines, month):
        events.append("autre statut (40.003) que le mois d’avant, sans bloc 41")
    return f" ({', '.join(events)})" if events else ""


def _status_changed(lines: Sequence[MirrorLine], month: Month) -> bool:
    statuses: dict[object, set[str]] = {}
    for line in lines:
        contract = line.contract_state
        if contract is None or line.period not in (month, month.previous):
            continue
        if contract.changes:
            return False
        key = line.person, line.contract
        statuses.setdefault(key, set()).add(contract.status)
    return any(len(several) > 1 for several in statuses.values())

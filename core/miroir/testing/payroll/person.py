"""The blocks of one person in one monthly DSN (S21.G00.30 and below)."""

from __future__ import annotations

from collections.abc import Sequence

from miroir.testing.payroll.bases import days_for_ceiling
from miroir.testing.payroll.blocks import Field, Node, node
from miroir.testing.payroll.model import (
    Company,
    Contract,
    Habits,
    Person,
    Status,
)
from miroir.testing.payroll.parameters import FULL_TIME_HOURS
from miroir.testing.payroll.pay import base_nodes
from miroir.testing.payroll.rounding import divide
from miroir.testing.payroll.slips import Slip

_CATEGORY = {  # 40.002, PCS, job
    Status.CADRE: ("04", "388a", "INGÉNIEURE D'ÉTUDES"),
    Status.EXTENSION: ("05", "461d", "TECHNICIENNE"),
    Status.NON_CADRE: ("06", "543d", "EMPLOYÉE ADMINISTRATIVE"),
}


def quantity(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def person_node(
    company: Company,
    person: Person,
    months: Sequence[Slip],
    habits: Habits,
) -> Node:
    """One individu with the contracts and payslips of one month."""
    contracts = list(dict.fromkeys(slip.contract.number for slip in months))
    found = node("S21.G00.30", _identity(person))
    for number in contracts:
        own = [slip for slip in months if slip.contract.number == number]
        found.children.append(_contract(company, person, own))
    found.children.append(_payment(months, habits, len(contracts) > 1))
    found.children += [
        node("S21.G00.86", [("001", "07"), ("002", "02"), ("003", "3"), ("005", n)])
        for n in contracts
    ]
    return found


def _identity(person: Person) -> list[Field]:
    nir = person.number if person.has_nir else None
    return [
        ("001", nir),
        ("002", person.family_name),
        ("004", person.first_name),
        ("005", "02" if person.number[0] == "2" else "01"),
        ("006", person.birth),
        ("007", "VILLE FICTIVE"),
        ("008", "12 RUE DE L'EXEMPLE"),
        ("009", "35000"),
        ("010", "RENNES"),
        ("014", "99"),
        ("015", "BE"),
        ("020", None if person.has_nir else person.number),
    ]


def _contract(company: Company, person: Person, own: Sequence[Slip]) -> Node:
    contract = own[-1].contract
    status = contract.status_on(own[-1].end)
    found = node("S21.G00.40", _terms(company, person, contract, status))
    since = contract.cadre_since
    if since is not None and own[0].start <= since <= own[-1].end:
        depth = max(contract.start, own[0].start.replace(day=1))
        change: list[Field] = [("001", since), ("003", "04"), ("028", depth)]
        found.children.append(node("S21.G00.41", change))
    if contract.end is not None and contract.end <= own[-1].end:
        end: list[Field] = [
            ("001", contract.end),
            ("002", "031"),
            ("006", contract.end),
        ]
        found.children.append(node("S21.G00.62", end))
    absence = contract.pays[own[0].start.month].absence
    if absence is not None:
        away: list[Field] = [("001", "501"), ("002", absence[0]), ("003", absence[1])]
        found.children.append(node("S21.G00.65", away))
    found.children.append(node("S21.G00.71", [("002", "RUAA")]))
    return found


def _terms(
    company: Company, person: Person, contract: Contract, status: Status
) -> list[Field]:
    category, pcs, job = _CATEGORY[status]
    part_time = contract.hours < FULL_TIME_HOURS
    return [
        ("001", contract.start),
        ("002", category),
        ("003", status.value),
        ("004", pcs),
        ("006", "APPRENTIE" if contract.apprentice else job),
        ("007", "01" if contract.end is None and not contract.apprentice else "02"),
        ("008", "64" if contract.apprentice else "99"),
        ("009", contract.number),
        ("010", contract.end),
        ("011", "10"),
        ("012", quantity(FULL_TIME_HOURS)),
        ("013", quantity(contract.hours)),
        ("014", "20" if part_time else "10"),
        ("016", "99"),
        ("017", company.idcc),
        ("018", "200"),
        ("019", person.siret),
        ("020", "200"),
        ("024", "99"),
        ("026", "99"),
        ("036", "01"),
        ("037", "01" if contract.ceiling_share == 100 else "02"),
        ("039", "200"),
    ]


def _payment(months: Sequence[Slip], habits: Habits, several: bool) -> Node:
    gross = sum(slip.gross for slip in months)
    net = divide(gross * 79, 100)
    found = node(
        "S21.G00.50",
        [
            ("001", months[-1].end),
            ("002", net),
            ("003", "01"),
            ("004", net - divide(net * 5, 100)),
            ("006", "5.00"),
            ("007", "01"),
            ("008", "-1"),
            ("009", divide(net * 5, 100)),
            ("013", net),
        ],
    )
    for number in dict.fromkeys(slip.contract.number for slip in months):
        own = [slip for slip in months if slip.contract.number == number]
        found.children += _remunerations(own, habits)
    named = habits.contract_in_base or several
    for slip in months:
        found.children += base_nodes(slip, habits, named)
    return found


def _remunerations(own: Sequence[Slip], habits: Habits) -> list[Node]:
    """Types 001, 002, 003 and 010: four views of the same pay."""
    contract, start, end = own[0].contract, own[0].start, own[-1].end
    found = []
    for kind in ("001", "002", "003", "010"):
        fields: list[Field] = [
            ("001", start),
            ("002", end),
            ("010", contract.number),
            ("011", kind),
            ("013", sum(slip.gross for slip in own)),
        ]
        found.append(node("S21.G00.51", fields))
    absent = contract.pays[start.month].absent_days
    if habits.ceiling_days or absent:  # days unpaid are told nowhere else for sure
        days = days_for_ceiling(contract, start.year, start.month)
        found[0].children.append(_activity("01", f"{days}.00", "40"))
    found[1].children.append(_activity("01", quantity(contract.hours), "10"))
    if absent:
        found[1].children.append(_activity("02", f"{absent}.00", "12"))
    return found


def _activity(kind: str, measure: str, unit: str) -> Node:
    return node("S21.G00.53", [("001", kind), ("002", measure), ("003", unit)])

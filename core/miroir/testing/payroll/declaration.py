"""One S20: the declaration of one establishment, month and fraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from miroir.testing.payroll.blocks import Field, Line, Node, cents, node
from miroir.testing.payroll.model import Company, Habits, month_days
from miroir.testing.payroll.pay import URSSAF

IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPPXXX"  # a bank's own example
MONTHLY, SUBSTITUTION = "01", "09"
_DROPPED_BY_SUBSTITUTION = frozenset(
    {"S21.G00.51", "S21.G00.53", "S21.G00.65", "S21.G00.86", "S21.G00.20"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What identifies a declaration; `month` counts from 1."""

    siret: str
    year: int
    month: int
    kind: str = "01"
    fraction: str = "11"
    order: int = 1
    nature: str = MONTHLY

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, month_days(self.year, self.month))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """SIRET of an institution, cents, and the month that is paid."""

    institution: str
    amount: int
    month: int


def declaration(
    company: Company,
    filing: Filing,
    people: Sequence[Node],
    payment: Paid | None,
    habits: Habits,
) -> Node:
    """`payment` to the institution: None when nothing is paid."""
    found = node("S20.G00.05", _header(filing))
    found.children.append(_contact())
    if filing.kind in {"02", "05"}:
        found.children.append(node("S20.G00.08", [("001", "88")]))
    found.children.append(_company(company, filing))
    place = _establishment(company, filing)
    if people:
        place.children += _payments(filing, people, payment, habits)
    place.children += people
    found.children.append(place)
    if filing.nature == SUBSTITUTION:
        found.drop(lambda each: each.id in _DROPPED_BY_SUBSTITUTION)
    return found


def _header(filing: Filing) -> list[Field]:
    monthly = filing.nature in {MONTHLY, SUBSTITUTION}
    return [
        ("001", filing.nature),
        ("002", filing.kind),
        ("003", filing.fraction),
        ("004", str(filing.order)),
        ("005", filing.first if monthly else None),
        ("007", filing.last),
        ("008", "01"),
        ("010", "01"),
        ("013", "02" if filing.nature == SUBSTITUTION else None),
    ]


def _contact() -> Node:
    fields: list[Field] = [
        ("001", "SERVICE PAIE"),
        ("002", "0100000000"),
        ("003", "paie@exemple.invalid"),
        ("004", "05"),
    ]
    return node("S20.G00.07", fields)


def _company(company: Company, filing: Filing) -> Node:
    head_office = company.sirets[0][9:]
    headcount = "60" if company.from_50 else "12"
    fields: list[Field] = [
        ("001", company.siren),
        ("002", head_office),
        ("003", "6202A"),
        ("004", "8 RUE DE L'ÉCLUSE"),
        ("005", "35000"),
        ("006", "RENNES"),
        ("009", headcount if filing.year < 2026 else None),  # gone in P26
        ("015", company.idcc),
    ]
    return node("S21.G00.06", fields)


def _establishment(company: Company, filing: Filing) -> Node:
    headcount = "60" if company.from_50 else "12"
    fields: list[Field] = [
        ("001", filing.siret[9:]),
        ("002", "6202A"),
        ("003", "8 RUE DE L'ÉCLUSE"),
        ("004", "35000"),
        ("005", "RENNES"),
        ("008", headcount if filing.year < 2026 else None),  # gone in P26
        ("022", company.idcc),
    ]
    return node("S21.G00.11", fields)


def _payments(
    filing: Filing, people: Sequence[Node], payment: Paid | None, habits: Habits
) -> list[Node]:
    found = []
    if payment is not None:
        paid = replace(filing, month=payment.month)
        found.append(_payment(paid, payment.institution, payment.amount))
    if not habits.other_payments:
        return found
    tax = sum(
        cents(each.get("009")) for one in people for each in one.all("S21.G00.50")
    )
    urssaf = sum(
        cents(each.get("004"))
        for one in people
        for each in one.all("S21.G00.81")
        if each.get("002") == URSSAF and each.get("001") not in {"142", "146"}
    )
    return [_payment(filing, "DGFIP", tax), _payment(filing, URSSAF, urssaf), *found]


def _payment(filing: Filing, institution: str, amount: int) -> Node:
    fields: list[Field] = [
        ("001", institution),
        ("002", "DGFIP_PAS" if institution == "DGFIP" else filing.siret),
        ("003", BIC),
        ("004", IBAN),
        ("005", amount),
        ("006", filing.first),
        ("007", filing.last),
        ("010", "05"),
    ]
    return node("S21.G00.20", fields)


def notice(company: Company, filing: Filing, person: Node, habits: Habits) -> Node:
    """A signalement: work stoppage (04) or end of contract (07), no payment."""
    kept = {"04": {"S21.G00.40"}, "07": {"S21.G00.40", "S21.G00.50"}}
    own = Node(person.id, person.fields, list(person.children))
    own.children = [n for n in own.children if n.id in kept[filing.nature]]
    found = declaration(company, filing, [own], None, habits)
    found.drop(lambda each: each.id == "S21.G00.20")
    if filing.nature == "04":
        stop: list[Line] = [("001", "01"), ("002", f"{filing.last:%d%m%Y}")]
        contract = own.children[0]
        own.children[0] = Node(contract.id, contract.fields, [Node("S21.G00.60", stop)])
    return found

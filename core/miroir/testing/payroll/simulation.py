"""From a company and its faults to the files it would have sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from miroir.testing.payroll.adhesions import adhesions_csv
from miroir.testing.payroll.blocks import Node, cents
from miroir.testing.payroll.cause import COMPANY
from miroir.testing.payroll.federal import campaign_csv
from miroir.testing.payroll.filing import Filed, files
from miroir.testing.payroll.ledger import (
    Book,
    Fault,
    Late,
    Year,
    declared_book,
    due_book,
    late_pay,
)
from miroir.testing.payroll.model import Company, Delivery, Habits, Person
from miroir.testing.payroll.pay import AGIRC_ARRCO, base_nodes
from miroir.testing.payroll.person import person_node
from miroir.testing.payroll.slips import Slip

Gaps = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCompany:
    """Files, and what whoever reads them should find.

    `expected_gaps`: declared minus due (131 + 132 + 106, and 109 when it has
    an amount) by person and month «2026-03», in cents, zeros left out; months
    are those of attachment. `payment_gaps`: paid minus declared by SIRET and
    month. `certain`: the gaps can be recomputed from the files alone; when
    false, the truth is given all the same, but what is declared hides it.
    `campaign_csv`: what the federation says, empty when nobody asked it.
    """

    company: Company
    year: int
    months: int
    habits: Habits
    faults: tuple[Fault, ...]
    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    adhesions_csv: bytes = field(repr=False)
    campaign_csv: bytes = field(repr=False)
    expected_gaps: Gaps = field(repr=False)
    payment_gaps: Gaps = field(repr=False)
    certain: bool

    @property
    def siren(self) -> str:
        return self.company.siren

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(fault.name for fault in self.faults)


def simulate(
    company: Company,
    year: int,
    months: int,
    habits: Habits | None = None,
    faults: Sequence[Fault] = (),
    delivery: Delivery | None = None,
) -> SimulatedCompany:
    """File January to `months`; the same arguments give the same bytes."""
    work = Year(
        company=company,
        year=year,
        months=months,
        habits=_possible(habits or Habits(), year),
        faults=tuple(faults),
    )
    due = due_book(work)
    people = _people(work, due)
    how = _delivery(work, delivery or Delivery())
    filed = Filed(work=work, people=people, delivery=how)
    made, payments = files(filed)
    return SimulatedCompany(
        company=company,
        year=year,
        months=months,
        habits=work.habits,
        faults=tuple(faults),
        files=made,
        adhesions_csv=adhesions_csv(company, year),
        campaign_csv=campaign_csv(filed, due),
        expected_gaps=_gaps(filed, due),
        payment_gaps=payments,
        certain=all(fault.cause.certain for fault in faults),
    )


def _possible(habits: Habits, year: int) -> Habits:
    """109 is not in the norm before P21: 131 can only be net."""
    return habits if year >= 2021 else replace(habits, apprentice_net=True)


def _delivery(work: Year, asked: Delivery) -> Delivery:
    """What was asked, and what the faults do to the files."""
    found = asked
    for fault in work.faults:
        own = fault.cause.delivery
        found = replace(
            found,
            fractions=max(found.fractions, own.fractions),
            replaced=found.replaced | _months(own.replaced, work),
            same_order=found.same_order | _months(own.same_order, work),
            copied=found.copied | _months(own.copied, work),
            missing=found.missing | _months(own.missing, work),
            lost=found.lost | _months(own.lost, work),
            substituted=found.substituted | _months(own.substituted, work),
        )
    return found


def _months(named: frozenset[int], work: Year) -> frozenset[int]:
    """Months of a cause: -1 stands for the last one."""
    return frozenset(work.months if month == -1 else month for month in named)


def _people(work: Year, due: Book) -> dict[tuple[str, int], list[Node]]:
    """The blocks of each person and month, after every fault."""
    declared = declared_book(work, due)
    late = {each.number: each for each in late_pay(work, due)}
    found = {}
    for person in work.company.people:
        for month in work.range:
            own = declared[person.number][month]
            if not own:
                continue
            made = [_person(work, person, own, late.get(person.number), month)]
            found[person.number, month] = _edited(work, person.number, month, made)
    return found


def _person(
    work: Year, person: Person, own: Sequence[Slip], late: Late | None, month: int
) -> Node:
    if late is not None and late.month == month:
        own = [late.first]
    made = person_node(work.company, person, own, work.habits)
    if late is not None and late.month + 1 == month:
        rest = base_nodes(late.rest, work.habits, work.habits.contract_in_base)
        payment = next(made.all("S21.G00.50"))
        payment.children += rest
        payment.drop(lambda each: each in rest and _is_empty(each))
        for base in rest:
            base.drop(_is_empty)
    return made


def _is_empty(each: Node) -> bool:
    """A difference of zero is not declared."""
    return each.get("004") == "0.00"


def _edited(work: Year, number: str, month: int, nodes: list[Node]) -> list[Node]:
    # A payroll's own way first, then what happens to some people.
    for fault in sorted(work.faults, key=lambda one: one.cause.scope != COMPANY):
        edit = fault.cause.edit
        if edit is not None and fault.concerns(number, month):
            nodes = [made for each in nodes for made in edit(each, month)]
    return nodes


def _gaps(filed: Filed, due: Book) -> dict[tuple[str, str], int]:
    work, people = filed.work, filed.people
    lost = [node for month in filed.delivery.lost for node in filed.lost(month)]
    found: dict[tuple[str, str], int] = {}
    for number, months in due.items():
        for month, own in months.items():
            period = f"{work.year}-{month:02d}"
            total = sum(slip.total for slip in own)
            found[number, period] = found.get((number, period), 0) - total
            if month in filed.delivery.missing:
                continue
            own_nodes = people.get((number, month), [])
            for period, amount in _declared(
                node for node in own_nodes if not any(node is each for each in lost)
            ):
                found[number, period] = found.get((number, period), 0) + amount
    return {key: amount for key, amount in found.items() if amount}


def _declared(nodes: Iterable[Node]) -> Iterable[tuple[str, int]]:
    """What is declared for the institution, by month of attachment."""
    for person in nodes:
        for base in person.all("S21.G00.78"):
            start = base.get("002") or ""
            amount = sum(
                cents(each.get("004"))
                for each in base.children
                if each.get("001") in AGIRC_ARRCO and each.id == "S21.G00.81"
            )
            yield f"{start[4:]}-{start[2:4]}", amount

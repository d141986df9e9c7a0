"""The files of a year: envois, fractions, replacements, lots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from miroir.testing.payroll.blocks import Line, Node
from miroir.testing.payroll.cause import NONE
from miroir.testing.payroll.declaration import (
    SUBSTITUTION,
    Filing,
    Paid,
    declaration,
    notice,
)
from miroir.testing.payroll.edits import detailed
from miroir.testing.payroll.envelope import delivered, envoi, lot, written
from miroir.testing.payroll.ledger import Year
from miroir.testing.payroll.model import Delivery
from miroir.testing.payroll.people import make_siret
from miroir.testing.payroll.rules import Pays

WRONG_INSTITUTION = make_siret("999000009", 9)

Files = tuple[tuple[str, bytes], ...]
People = Mapping[tuple[str, int], list[Node]]
"""Blocks 30 by person and month, as declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    work: Year
    people: People
    delivery: Delivery

    def present(self, siret: str, month: int) -> list[Node]:
        return [
            node
            for person in self.work.company.people
            if person.siret == siret
            for node in self.people.get((person.number, month), [])
        ]

    def lost(self, month: int) -> list[Node]:
        """The blocks of the last fraction of each establishment."""
        found: list[Node] = []
        for siret in self.work.company.sirets:
            people = self.present(siret, month)
            count = min(self.delivery.fractions, len(people))
            found += people[count - 1 :: count] if people else []
        return found

    def payment(self, filing: Filing, people: Sequence[Node]) -> Paid | None:
        """What this payroll pays for these people; None when it pays nothing."""
        month = filing.month
        paid = Paid(
            institution=self.work.company.institution,
            amount=_paid(people),
            month=month,
        )
        # A habit of payment, such as whole euros, comes after errors.
        for fault in sorted(self.work.faults, key=lambda one: one.cause.scope == NONE):
            if not fault.since <= month <= fault.until:
                continue
            cause = fault.cause
            if cause.wrong_institution:
                paid = replace(paid, institution=WRONG_INSTITUTION)
            if cause.payment is not None:
                paid = replace(paid, amount=cause.payment(paid.amount, people))
            if month == cause.misdated:
                paid = replace(paid, month=month - 1)
            if cause.pays is not None:
                amount = self._grouped(cause.pays, filing)
                if amount is None:
                    return None
                paid = replace(paid, amount=amount)
        return replace(paid, amount=max(0, paid.amount))

    def _grouped(self, pays: Pays, filing: Filing) -> int | None:
        """One payment for a quarter, or for all establishments."""
        sirets: Sequence[str] = (filing.siret,)
        months: Sequence[int] = (filing.month,)
        if pays is Pays.BY_QUARTER:
            if filing.month % 3:
                return None
            quarter = range(filing.month - 2, filing.month + 1)
            months = [m for m in quarter if m not in self.delivery.missing]
        else:
            sirets = self.work.company.sirets
            if filing.siret != sirets[0]:
                return 0
        return sum(_paid(self.present(s, m)) for s in sirets for m in months)

    def one(self, filing: Filing, people: Sequence[Node]) -> Node:
        payment = self.payment(filing, people)
        return declaration(self.work.company, filing, people, payment, self.work.habits)


def _paid(people: Sequence[Node]) -> int:
    return detailed(people) + sum(person.paid_beside for person in people)


def files(filed: Filed) -> tuple[Files, dict[tuple[str, str], int]]:
    """The files in the order they would come, and what payments are off by."""
    work, delivery = filed.work, filed.delivery
    months = [m for m in work.range if m not in delivery.missing]
    step = max(1, delivery.together)
    envois: list[tuple[str, list[Node]]] = []
    for first in range(0, len(months), step):
        envois += _group(filed, months[first : first + step])
    lines = [
        (name, envoi(work.company, work.year, nodes, work.habits))
        for name, nodes in envois
    ]
    return _written(filed, lines), _payment_gaps(filed, months)


def _written(filed: Filed, envois: list[tuple[str, list[Line]]]) -> Files:
    work, habits = filed.work, filed.work.habits
    if filed.delivery.lot:
        inside = [delivered(lines, work.company) for _, lines in envois]
        name = f"{work.company.siren}-{work.year}-lot.dsn"
        return ((name, written(lot(inside), habits)),)
    copied = {f"{_stem(work, month)}.dsn" for month in filed.delivery.copied}
    found = []
    for name, lines in envois:
        content = written(lines, habits)
        found.append((name, content))
        if name in copied:
            found.append((name.replace(".dsn", "-copie.dsn"), content))
    return tuple(found)


def _stem(work: Year, month: int) -> str:
    return f"{work.company.siren}-{work.year}-{month:02d}"


def _group(filed: Filed, months: Sequence[int]) -> Iterator[tuple[str, list[Node]]]:
    """One envoi for these months, then what accompanies each of them."""
    work, delivery = filed.work, filed.delivery
    replaced = [m for m in months if m in delivery.replaced | delivery.same_order]
    name = _stem(work, months[0])
    if len(months) > 1:
        name += f"_{months[-1]:02d}"
    for month in replaced:
        yield f"{_stem(work, month)}-1.dsn", list(_month(filed, month, spoilt=True))
    suffix = "-2" if replaced else ""
    nodes = [node for month in months for node in _month(filed, month)]
    yield f"{name}{suffix}.dsn", nodes
    for month in months:
        if month in delivery.substituted:
            yield f"{_stem(work, month)}-substitution.dsn", _substitution(filed, month)
    if delivery.notices:
        for month in months:
            yield from _notices(filed, month)


def _month(filed: Filed, month: int, spoilt: bool = False) -> Iterator[Node]:
    """Every establishment and fraction; `spoilt`: half of the people only."""
    delivery = filed.delivery
    for siret in filed.work.company.sirets:
        people = filed.present(siret, month)
        if spoilt:
            people = people[: (len(people) + 1) // 2]
        again = month in delivery.replaced and not spoilt
        filing = Filing(siret=siret, year=filed.work.year, month=month)
        if again:
            filing = replace(filing, kind="03", order=2)
        if not people:
            yield filed.one(replace(filing, kind="05" if again else "02"), [])
            continue
        count = min(delivery.fractions, len(people))
        for part in range(count - (month in delivery.lost)):
            number = f"{part + 1}{count}"
            yield filed.one(replace(filing, fraction=number), people[part::count])


def _substitution(filed: Filed, month: int) -> list[Node]:
    found = []
    for siret in filed.work.company.sirets:
        filing = Filing(
            siret=siret, year=filed.work.year, month=month, nature=SUBSTITUTION
        )
        found.append(filed.one(filing, filed.present(siret, month)))
    return found


def _notices(filed: Filed, month: int) -> Iterator[tuple[str, list[Node]]]:
    """A work stoppage in January, an end of contract when there is one."""
    work = filed.work
    for person in work.company.people:
        nodes = filed.people.get((person.number, month), [])
        ends = [c.end for c in person.contracts if c.end is not None]
        ended = any(e.month == month and e.year == work.year for e in ends)
        nature = "07" if ended else "04"
        stopped = month == 1 and person is work.company.people[0]
        if not nodes or not (ended or stopped):
            continue
        filing = Filing(siret=person.siret, year=work.year, month=month, nature=nature)
        made = notice(work.company, filing, nodes[0], work.habits)
        rank = work.company.people.index(person)
        yield f"{_stem(work, month)}-{nature}-{rank}.dsn", [made]


def _payment_gaps(filed: Filed, months: Sequence[int]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for month in months:
        period = f"{filed.work.year}-{month:02d}"
        for node in _month(filed, month):
            for place in node.all("S21.G00.11"):
                people = [n for n in place.children if n.id == "S21.G00.30"]
                siret = filed.work.company.siren + (place.get("001") or "")
                filing = Filing(siret=siret, year=filed.work.year, month=month)
                paid = filed.payment(filing, people)
                off = (paid.amount if paid else 0) - detailed(people)
                if off:
                    found[siret, period] = found.get((siret, period), 0) + off
    return found

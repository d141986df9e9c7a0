"""What the federation took of the files and computed: lines of a campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from miroir.testing.payroll.blocks import Node
from miroir.testing.payroll.edits import detailed
from miroir.testing.payroll.filing import Filed
from miroir.testing.payroll.ledger import Book, person_slips
from miroir.testing.payroll.parameters import STANDARD_T1, STANDARD_T2
from miroir.testing.payroll.rounding import euros
from miroir.testing.payroll.rules import Federal, Held, Rules

HEADER = "siren;siret;periode;campagne;declare;calcule"
_ANOTHER = 123_456
"""1 234.56 € that no file holds."""


def campaign_csv(filed: Filed, due: Book) -> bytes:
    """UTF-8, `;`, one row by establishment for the last month filed; nothing
    at all when no fault is the federation's."""
    known = [fault.cause.federal for fault in filed.work.faults if fault.cause.federal]
    if not known:
        return b""
    months = [m for m in filed.work.range if m not in filed.delivery.missing]
    rows = list(_rows(filed, due, known[0], months[-1]))
    return "\n".join([HEADER, *rows, ""]).encode()


def _rows(filed: Filed, due: Book, federal: Federal, month: int) -> Iterator[str]:
    work = filed.work
    for siret in work.company.sirets:
        people = filed.present(siret, month)
        if people:
            cells = (
                work.company.siren,
                siret,
                f"{work.year}-{month:02d}",
                "FIABILISATION FICTIVE",
                euros(_held(federal.held, people)),
                euros(_computed(filed, due, federal, siret, month)),
            )
            yield ";".join(cells)


def _held(held: Held, people: Sequence[Node]) -> int:
    declared = detailed(people)
    if held is Held.NOTHING:
        return 0
    if held is Held.FIRST_VERSION:
        return detailed(people[: (len(people) + 1) // 2])
    if held is Held.TWICE:
        return 2 * declared
    return declared + (_ANOTHER if held is Held.ANOTHER_AMOUNT else 0)


def _computed(filed: Filed, due: Book, federal: Federal, siret: str, month: int) -> int:
    """What is due, or would be under the federation's own error."""
    work = filed.work
    if federal.standard_rate:
        adhesion = replace(
            work.company.adhesion, rate_t1=STANDARD_T1, rate_t2=STANDARD_T2
        )
        work = replace(work, company=replace(work.company, adhesion=adhesion))
    rules = Rules(old_ceiling=federal.old_ceiling)
    right = not federal.standard_rate and not federal.old_ceiling
    return sum(
        slip.total
        for person in work.company.people
        if person.siret == siret
        for slip in (
            due[person.number] if right else person_slips(work, person, rules)
        )[month]
    )

"""Bases (78), components (79) and contributions (81) of one payslip."""

from __future__ import annotations

from miroir.testing.payroll.blocks import Field, Node, cents, node
from miroir.testing.payroll.model import Habits
from miroir.testing.payroll.rounding import divide, rate
from miroir.testing.payroll.slips import Slip

URSSAF = "78861779300013"
"""Public SIRET of the Urssaf caisse nationale: recipient of 018, 142, 146…"""

AGIRC_ARRCO = frozenset({"105", "106", "109", "110", "111", "131", "132"})
"""Codes whose amounts the institution adds up."""


def uses_105(year: int, habits: Habits) -> bool:
    """131 and 132 are not in the norm before P22; 105 ends with 2024."""
    return year < 2022 or (year < 2025 and habits.code_105)


def base_nodes(slip: Slip, habits: Habits, named: bool) -> list[Node]:
    number = slip.contract.number if named else None
    low = _base(slip, "02", slip.base_02, number)
    low.children = _under_02(slip, habits)
    full = _base(slip, "03", slip.gross, number)
    full.children = _under_03(slip, habits)
    csg = _base(slip, "04", divide(slip.gross * 9825, 10_000), number)
    csg.children = [_urssaf("072", cents(csg.get("004")), 9200)]
    first = [low, full] if habits.base_02_first else [full, low]
    return [*first, csg]


def _base(slip: Slip, code: str, amount: int, contract: str | None) -> Node:
    fields: list[Field] = [
        ("001", code),
        ("002", slip.start),
        ("003", slip.end),
        ("004", amount),
        ("006", contract),
    ]
    return node("S21.G00.78", fields)


def contribution(code: str, amount: int | None, base: int | None = None) -> Node:
    fields: list[Field] = [("001", code), ("003", base), ("004", amount)]
    return node("S21.G00.81", fields)


def _urssaf(code: str, base: int, thousandths: int) -> Node:
    amount = rate(base, thousandths)
    fields: list[Field] = [
        ("001", code),
        ("002", URSSAF),
        ("003", base),
        ("004", amount),
    ]
    return node("S21.G00.81", fields)


def _control(code: str, amount: int) -> Node:
    """142 and 146: for the Urssaf, never added to what is due."""
    fields: list[Field] = [("001", code), ("002", URSSAF), ("004", amount)]
    return node("S21.G00.81", fields)


def _under_02(slip: Slip, habits: Habits) -> list[Node]:
    year = slip.start.year
    found = [_urssaf("076", slip.base_02, 15450)]
    if not uses_105(year, habits):
        found.append(contribution("131", slip.under_02))
    if habits.employer_parts and year >= 2025 and slip.employer_t1:
        found.append(_control("142", slip.employer_t1))
    if slip.exempted and year >= 2021:  # 109 entered the norm between P19 and P21
        found.append(contribution("109", slip.c109, slip.exempted))
    return found


def _under_03(slip: Slip, habits: Habits) -> list[Node]:
    year, reduced = slip.start.year, slip.reduced
    found = []
    reduction = bool(reduced.c018 or reduced.c106)
    if reduction:
        found.append(node("S21.G00.79", [("001", "01"), ("004", reduced.smic)]))
    if uses_105(year, habits):
        found.append(contribution("105", slip.c131 + (slip.c132 or 0)))
    else:
        found.append(contribution("131", slip.under_03))
        if slip.c132 is not None:
            found.append(contribution("132", slip.c132))
    if habits.employer_parts and year >= 2026 and slip.employer_t2:
        found.append(_control("146", slip.employer_t2))
    found.append(_urssaf("075", slip.gross, 7000))
    if reduction:
        whole: list[Field] = [("001", "018"), ("002", URSSAF), ("003", slip.gross)]
        found.append(node("S21.G00.81", [*whole, ("004", reduced.c018)]))
        if reduced.c106 is not None:
            found.append(contribution("106", reduced.c106, slip.gross))
    return found

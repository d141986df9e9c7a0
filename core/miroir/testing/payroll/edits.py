"""Errors that a payroll makes after its arithmetic: on blocks and payments.

An edit takes the block 30 of one person and its month, and gives the blocks
that replace it: none when the person is left out, several when repeated.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

from miroir.testing.payroll.blocks import Node, cents
from miroir.testing.payroll.pay import AGIRC_ARRCO, contribution
from miroir.testing.payroll.rounding import divide, euros

Edit = Callable[[Node, int], list[Node]]
PaymentEdit = Callable[[int, Sequence[Node]], int]


def detailed(nodes: Sequence[Node]) -> int:
    """Σ131 + Σ132 + Σ106 (+ Σ109 when it has an amount), in cents."""
    return sum(
        cents(each.get("004"))
        for node in nodes
        for each in node.all("S21.G00.81")
        if each.get("001") in AGIRC_ARRCO
    )


def _is_contribution(node: Node, *codes: str) -> bool:
    return node.id == "S21.G00.81" and node.get("001") in codes


def without_131(person: Node, month: int) -> list[Node]:
    person.drop(lambda node: _is_contribution(node, "131"))
    return [person]


def without_71(person: Node, month: int) -> list[Node]:
    person.drop(lambda node: node.id == "S21.G00.71")
    return [person]


def old_scheme(person: Node, month: int) -> list[Node]:
    for node in person.all("S21.G00.71"):
        node.put("002", "RETA")
    return [person]


def status_99(person: Node, month: int) -> list[Node]:
    for node in person.all("S21.G00.40"):
        node.put("003", "99")
    return [person]


def cadre_as_non_cadre(person: Node, month: int) -> list[Node]:
    for node in person.all("S21.G00.40"):
        node.put("003", "04")
    person.drop(lambda node: _is_contribution(node, "132"))
    return [person]


def without_base_03(person: Node, month: int) -> list[Node]:
    """Left out of the file alone: the payroll pays what it computed."""
    for base in person.all("S21.G00.78"):
        if base.get("001") == "03":
            person.paid_beside += detailed([base])
    person.drop(lambda n: n.id == "S21.G00.78" and n.get("001") == "03")
    return [person]


def zero_days(person: Node, month: int) -> list[Node]:
    for node in person.all("S21.G00.53"):
        if node.get("003") == "40":
            node.put("002", "0.00")
    return [person]


def declared_twice(person: Node, month: int) -> list[Node]:
    for payment in person.all("S21.G00.50"):
        bases = [node for node in payment.children if node.id == "S21.G00.78"]
        payment.children += copy.deepcopy(bases)
    return [person]


def omitted_in_february(person: Node, month: int) -> list[Node]:
    return [] if month == 2 else [person]


def code_105(person: Node, month: int) -> list[Node]:
    """131 and 132 under their old code, kept for periods before 2025."""
    bases = [n for n in person.all("S21.G00.78") if n.get("001") in ("02", "03")]
    totals: dict[tuple[str | None, str | None], int] = {}
    for base in bases:
        key = base.get("006"), base.get("002")
        found = [n for n in base.children if _is_contribution(n, "131", "132")]
        amount = sum(cents(node.get("004")) for node in found)
        totals[key] = totals.get(key, 0) + amount
    person.drop(lambda node: _is_contribution(node, "131", "132"))
    for base in bases:
        if base.get("001") == "03":
            total = totals[base.get("006"), base.get("002")]
            base.children.append(contribution("105", total))
    return [person]


def _added(person: Node, amount: int) -> None:
    """Change the last 131 of a month by so many cents."""
    found = [n for n in person.all("S21.G00.81") if _is_contribution(n, "131")]
    if found:
        found[-1].put("004", euros(cents(found[-1].get("004")) + amount))


_MOVED = 4_317


def attached_a_month_late(person: Node, month: int) -> list[Node]:
    """A part of February's 131 declared with March's."""
    _added(person, {2: -_MOVED, 3: _MOVED}.get(month, 0))
    return [person]


def corrected_at_once(person: Node, month: int) -> list[Node]:
    """What is missing in two months declared as a whole in the third."""
    missing = {1: -_MOVED, 2: -2 * _MOVED}
    _added(person, missing.get(month, -sum(missing.values()) * (month == 3)))
    return [person]


def other_identity(person: Node, month: int) -> list[Node]:
    """A second person declared under the same NIR."""
    other = copy.deepcopy(person)
    other.put("002", "USURPATRICE")
    other.put("004", "FICTIVE")
    return [person, other]


def base_03_below_base_02(person: Node, month: int) -> list[Node]:
    """The uncapped base less what it should hold; the capped one whole."""
    for base in person.all("S21.G00.78"):
        if base.get("001") == "03":
            base.put("004", euros(divide(cents(base.get("004")) * 85, 100)))
    return [person]


def two_reductions(person: Node, month: int) -> list[Node]:
    """The exemption of home help (111) beside the general reduction."""
    for base in person.all("S21.G00.78"):
        general = [each for each in base.children if _is_contribution(each, "106")]
        if general:
            base.children.append(contribution("111", cents(general[0].get("004"))))
    return [person]


def icp_base(person: Node, month: int) -> list[Node]:
    """A base (78.001 = 45) whose rule is not published."""
    payment = next(person.all("S21.G00.50"))
    own = next(payment.all("S21.G00.78"))
    fields = [each for each in own.fields if each[0] in ("002", "003", "006")]
    payment.children.append(
        Node("S21.G00.78", sorted([("001", "45"), *fields, ("004", "150.00")]))
    )
    return [person]


def without_reason(person: Node, month: int) -> list[Node]:
    """Amounts that no rule gives: other ones each month, of one sign."""
    _added(person, 1_237 + 411 * month)
    return [person]


def payment_off(amount: int, people: Sequence[Node]) -> int:
    return amount - min(15_000, max(0, divide(amount, 20)))


def payment_with_employer_parts(amount: int, people: Sequence[Node]) -> int:
    return amount + sum(
        cents(node.get("004"))
        for person in people
        for node in person.all("S21.G00.81")
        if _is_contribution(node, "142", "146")
    )


def payment_in_euros(amount: int, people: Sequence[Node]) -> int:
    return divide(amount, 100) * 100

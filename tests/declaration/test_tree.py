"""Blocks, parents, instances, and what the norm does not know."""

from __future__ import annotations

import pytest

from tests.written import (
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    lines,
    pay,
    plain,
    read,
)

MONTH = "2026-03"
ONE = plain(MONTH, "2000.00", "2000.00", ("200.40", "0.00"))


def remarks(*employees: Lines) -> list[tuple[str, str]]:
    reading = read(envelope(declaration(MONTH, *employees)))
    assert reading.refusals == ()
    return [(remark.code, remark.reason) for remark in reading.observations]


def test_an_instance_starts_when_the_number_does_not_increase() -> None:
    twice = [contribution("131", "1.00"), contribution("132", "2.00")]
    one = employee(
        [contract()],
        MONTH,
        [pay(MONTH, "10.00"), pay(MONTH, "20.00", kind="002", days="31.00")],
        [base("02", "10.00", MONTH, *twice), base("03", "10.00", MONTH)],
    )
    (read_one,) = read(envelope(declaration(MONTH, one))).declarations
    (person,) = read_one.employees
    assert [pay.kind for pay in person.remunerations] == ["001", "002"]
    assert [len(pay.activities) for pay in person.remunerations] == [0, 1]
    assert [b.code for b in person.bases] == ["02", "03"]
    assert [c.code for c in person.bases[0].contributions] == ["131", "132"]
    assert person.bases[1].contributions == ()


def test_every_value_keeps_its_line() -> None:
    written = envelope(declaration(MONTH, ONE))
    (found,) = read(written).declarations
    block = found.employees[0].bases[1].contributions[0].block
    line = block.line_of("004")
    assert written[line - 1] == "S21.G00.81.004,'0.00'"
    evidence = found.evidence(block, "004")
    assert (evidence.line, evidence.rubrique) == (line, "S21.G00.81.004")
    assert block.line_of("999") == block.line
    assert "131" not in repr(block)


def test_a_block_without_its_parent_is_refused() -> None:
    orphan = declaration(MONTH, lines("S21.G00.81", n001="131", n004="1.00"))
    reading = read(envelope(orphan))
    (refusal,) = reading.refusals
    assert refusal.code == "BLOCK_WITHOUT_PARENT"
    assert "S21.G00.81" in refusal.reason


def test_a_parent_closed_by_a_new_one_does_not_adopt() -> None:
    second = lines("S21.G00.30", n001="2990199999902")
    orphan = [*ONE, *second, *lines("S21.G00.78", n001="02")]
    assert [r.code for r in read(envelope(declaration(MONTH, orphan))).refusals] == [
        "BLOCK_WITHOUT_PARENT"
    ]


@pytest.mark.parametrize("block", ["S21.G00.06", "S21.G00.11"])
def test_a_second_employer_in_a_declaration_is_refused(block: str) -> None:
    again = declaration(MONTH, lines(block, n001="999000243"))
    assert [r.code for r in read(envelope(again)).refusals] == ["BLOCK_REPEATED"]


def test_a_misplaced_block_is_attached_and_said() -> None:
    end = lines("S21.G00.62", n001="31032026", n002="031")
    reading = read(envelope(declaration(MONTH, [*ONE, *end])))
    assert [r.code for r in reading.observations] == ["BLOCK_ORDER"]
    (person,) = reading.declarations[0].employees
    assert str(person.contracts[0].end) == "2026-03-31"


def test_too_many_blocks_are_kept_and_said() -> None:
    end = lines("S21.G00.62", n001="31032026", n002="031")
    found = remarks(employee([contract() + end + end], MONTH, [], []))
    assert ("CARDINALITY") in [code for code, _ in found]


def test_what_the_norm_does_not_know_is_kept_and_reported_once() -> None:
    strange = ["S21.G00.42.001,'X'", "S21.G00.42.002,'Y'"]
    unknown = ["S21.G00.30.777,'Z'"]
    one = [*ONE[:4], *unknown, *ONE[4:], *strange]
    found = remarks(one, [line.replace("01999", "02999") for line in one])
    assert [code for code, _ in found] == ["UNKNOWN_RUBRIQUE", "UNKNOWN_BLOCK"]
    assert "S21.G00.30.777, 2 times" in found[0][1]
    assert "S21.G00.42, 2 times" in found[1][1]


def test_a_value_out_of_the_norm_is_kept_and_reported() -> None:
    odd = employee([contract(n011="77")], MONTH, [], [])
    found = remarks(odd)
    assert found[0][0] == "VALUE_OUT_OF_NORM"
    assert "S21.G00.40.011" in found[0][1]


def test_blanks_around_a_value_are_reported() -> None:
    found = remarks(employee([contract()], MONTH, [], [], name=" EXEMPLE"))
    assert "BLANKS_AROUND" in [code for code, _ in found]

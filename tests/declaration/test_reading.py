"""Typed declarations: what is read, what refuses, and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from miroir.declaration.reader import DsnReading
from miroir.types.declaration import DeclarationKind

from tests.written import (
    INSTITUTION,
    NIR,
    SIREN,
    SIRET,
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    pay,
    payment,
    plain,
    read,
)

MONTH = "2026-03"
ONE = plain(MONTH, "2000.00", "2000.00", ("200.40", "0.00"))


def changed(start: str, line: str | None) -> DsnReading:
    """A good declaration whose line beginning so is replaced, or removed."""
    written = []
    for each in declaration(MONTH, ONE, payments=[payment(MONTH, "200.40")]):
        if not each.startswith(start):
            written.append(each)
        elif line is not None:
            written.append(line)
    return read(envelope(written))


def test_a_declaration_says_who_when_and_which_version() -> None:
    written = declaration(
        MONTH,
        ONE,
        order="202604241059",
        fraction="12",
        payments=[payment(MONTH, "5.00")],
    )
    (found,) = read(envelope(written)).declarations
    assert (found.siren, found.siret) == (SIREN, SIRET)
    assert str(found.period) == MONTH
    assert (found.order, found.fraction) == (202604241059, "12")
    assert found.kind is DeclarationKind.NORMAL
    assert found.filed_on == date(2026, 3, 31)
    (paid,) = found.payments
    assert (paid.institution, paid.amount) == (INSTITUTION, 500)
    assert (paid.start, paid.end) == (date(2026, 3, 1), date(2026, 3, 31))


def test_an_employee_comes_with_contract_pay_and_bases() -> None:
    change = {"n001": "16032026", "n003": "01", "n028": "01012026"}
    one = employee(
        [contract(status="04", changes=[change], n036="01", n037="02", n044="02")],
        MONTH,
        [pay(MONTH, "2000.00", days="31.00", hours="151.67")],
        [
            base(
                "03",
                "2000.00",
                MONTH,
                contribution("106", "-50.00", "2000.00"),
                components=[("01", "1823.03")],
                contract="00001",
            )
        ],
    )
    (found,) = read(envelope(declaration(MONTH, one))).declarations
    (person,) = found.employees
    assert person.person.reveal() == NIR
    assert NIR not in repr(person)
    (held,) = person.contracts
    assert (held.start, held.end, held.status) == (date(2020, 1, 1), None, "04")
    assert held.quota == Decimal("151.67")
    assert (held.several_employers, held.full_time_contribution) == ("02", "02")
    assert held.pension_schemes == ("RUAA",)
    assert held.changes[0].status == "01"
    assert held.changes[0].since_at_least == date(2026, 1, 1)
    (paid,) = person.remunerations
    assert (paid.amount, paid.hours) == (200000, Decimal("151.67"))
    assert paid.activities[0].measure == Decimal("31.00")
    (held_base,) = person.bases
    assert (held_base.amount, held_base.contract) == (200000, "00001")
    assert held_base.components[0].amount == 182303
    assert held_base.contributions[0].amount == -5000
    assert held_base.contributions[0].base_amount == 200000


def test_a_person_without_nir_is_known_by_its_ntt() -> None:
    ntt = "1999000243ABC"
    one = employee([contract()], MONTH, [], [], nir=None, ntt=ntt)
    (found,) = read(envelope(declaration(MONTH, one))).declarations
    assert found.employees[0].person.reveal() == ntt
    assert found.employees[0].person.is_ntt


def test_an_end_of_contract_that_is_cancelled_is_none() -> None:
    cancelled = contract(end="15032026")
    cancelled = [line.replace("002,'031'", "002,'099'") for line in cancelled]
    one = employee([cancelled], MONTH, [], [])
    (found,) = read(envelope(declaration(MONTH, one))).declarations
    assert found.employees[0].contracts[0].end is None


@pytest.mark.parametrize(
    "rubrique",
    [
        "S20.G00.05.001",
        "S20.G00.05.002",
        "S20.G00.05.003",
        "S20.G00.05.004",
        "S20.G00.05.005",
        "S21.G00.20.001",
        "S21.G00.20.005",
        "S21.G00.20.006",
        "S21.G00.30.001",
        "S21.G00.40.001",
        "S21.G00.40.003",
        "S21.G00.40.009",
        "S21.G00.51.011",
        "S21.G00.51.013",
        "S21.G00.53.002",
        "S21.G00.78.001",
        "S21.G00.78.002",
        "S21.G00.78.004",
        "S21.G00.81.001",
    ],
)
def test_a_rubrique_that_cannot_be_done_without_is_asked_for(rubrique: str) -> None:
    reading = changed(rubrique, None)
    assert reading.declarations == ()
    (refusal,) = reading.refusals
    assert refusal.code in ("RUBRIQUE_MISSING", "NATURE_UNKNOWN")
    assert rubrique in refusal.reason


@pytest.mark.parametrize(
    ("rubrique", "value"),
    [
        ("S20.G00.05.002", "06"),
        ("S20.G00.05.002", "04"),
        ("S20.G00.05.003", "00"),
        ("S20.G00.05.003", "21"),
        ("S20.G00.05.003", "1"),
        ("S20.G00.05.004", "1234567890123456789"),
        ("S20.G00.05.004", "A1"),
        ("S20.G00.05.005", "31022026"),
        ("S20.G00.05.005", "15032026"),
        ("S20.G00.05.005", "032026"),
        ("S20.G00.05.007", "99999999"),
        ("S21.G00.06.001", "12345678"),
        ("S21.G00.11.001", "0001"),
        ("S21.G00.20.005", "12,00"),
        ("S21.G00.40.001", "2020-01-01"),
        ("S21.G00.40.013", "beaucoup"),
        ("S21.G00.51.013", "+12.00"),
        ("S21.G00.51.013", "12.000"),
        ("S21.G00.51.013", "1e400"),
        ("S21.G00.53.002", "trente"),
        ("S21.G00.78.003", "01022026"),
        ("S21.G00.78.004", "12"),
        ("S21.G00.81.004", "12.0"),
    ],
)
def test_an_unreadable_value_refuses_at_its_line(rubrique: str, value: str) -> None:
    reading = changed(rubrique, f"{rubrique},'{value}'")
    assert reading.declarations == ()
    (refusal,) = reading.refusals
    assert refusal.code == "VALUE_INVALID"
    assert rubrique in refusal.reason
    assert f"'{value}'" not in refusal.reason
    assert refusal.line > 0


def test_pacific_francs_are_not_taken_for_euros() -> None:
    reading = changed("S20.G00.05.010", "S20.G00.05.010,'02'")
    assert [refusal.code for refusal in reading.refusals] == ["CURRENCY"]


def test_a_declaration_without_employer_is_refused() -> None:
    written: Lines = declaration(MONTH)[:7]
    assert [r.code for r in read(envelope(written)).refusals] == ["RUBRIQUE_MISSING"]

"""What is declared: codes, bases, days, adhesion, and what cannot be judged."""

from __future__ import annotations

from datetime import date

import pytest
from miroir.types.calculation import Basis
from miroir.types.declaration import Evidence

from tests.recomputation.companies import STANDARD, condition, mirror_of, only
from tests.written import (
    NIR,
    OTHER_NIR,
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    lines,
    pay,
    plain,
)

JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"


def full(month: str, gross: str, **options: object) -> Lines:
    return plain(month, gross, gross, ("0.00", "0.00"), None, **options)


# --- what cannot be judged


@pytest.mark.parametrize(
    ("more", "remark"),
    [
        ({"n037": "02"}, "plusieurs employeurs"),
        ({"n044": "02", "n014": "20", "n013": "80.00"}, "temps plein"),
    ],
)
def test_the_ceiling_is_not_judged_when_it_cannot_be_known(
    more: dict[str, str], remark: str
) -> None:
    one = plain(JANUARY, "3000.00", "2000.00", ("200.40", "253.40"), **more)
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.basis is Basis.DECLARED_BASES
    assert any(remark in each for each in line.calculation.remarks)
    assert abs(line.gap.total) <= 5


@pytest.mark.parametrize("code", ["11", "22", "23", "24", "25", "43", "45"])
def test_a_base_whose_rule_is_not_public_is_said_not_guessed(code: str) -> None:
    one = full(JANUARY, "3000.00") + base(code, "100.00", JANUARY)
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.basis is Basis.NOT_COMPUTED
    assert code in line.calculation.remarks[0]
    assert line.gap.total == 0


def test_an_intern_owes_nothing() -> None:
    line = only(mirror_of(declaration(JANUARY, full(JANUARY, "600.00", n007="29"))))
    assert line.calculation.basis is Basis.NOT_COMPUTED


def test_another_scheme_without_contributions_is_not_computed() -> None:
    one = full(JANUARY, "3000.00", schemes=["IRCANTEC"])
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.basis is Basis.NOT_COMPUTED


# --- declared codes


def test_105_stands_for_131_and_132_before_2025() -> None:
    one = employee(
        [contract(status="01")],
        "2024-01",
        [pay("2024-01", "3000.00", days="31.00")],
        [
            base("02", "3000.00", "2024-01"),
            base("03", "3000.00", "2024-01", contribution("105", "302.40")),
        ],
    )
    assert only(mirror_of(declaration("2024-01", one))).gap.total == 0


def test_105_beside_131_is_counted_once() -> None:
    one = plain("2024-01", "3000.00", "3000.00", ("300.60", "0.00"))
    one += contribution("105", "300.60")
    assert only(mirror_of(declaration("2024-01", one))).gap.total == 0


def test_142_and_146_are_never_added() -> None:
    one = plain(JANUARY, "3000.00", "3000.00", ("300.60", "0.00"))
    one += contribution("142", "180.30") + contribution("146", "12.00")
    assert only(mirror_of(declaration(JANUARY, one))).gap.total == 0


def test_131_may_stand_under_either_base() -> None:
    one = plain(JANUARY, "6000.00", "4005.00", ("0.00", "906.89"))
    assert only(mirror_of(declaration(JANUARY, one))).gap.total == 0


def test_a_base_declared_twice_word_for_word_is_due_once() -> None:
    one = plain(JANUARY, "2000.00", "2000.00", ("200.40", "0.00"))
    again = [line for line in one if line.startswith(("S21.G00.78", "S21.G00.81"))]
    line = only(mirror_of(declaration(JANUARY, one + again)))
    assert line.gap.total == 20040


def test_two_people_under_one_number_are_two_people() -> None:
    one = plain(JANUARY, "3000.00", "3000.00", ("300.60", "0.00"))
    other = plain(JANUARY, "3000.00", "3000.00", ("300.60", "0.00"), number="00002")
    other = [line.replace("'EXEMPLE'", "'AUTREMENT'") for line in other]
    lines = mirror_of(declaration(JANUARY, one, other))
    assert [line.gap.total for line in lines] == [0, 0]


def test_a_pension_contribution_added_to_the_base_is_taken_out() -> None:
    one = employee(
        [contract()],
        JANUARY,
        [pay(JANUARY, "3100.00", days="31.00")],
        [
            base("02", "3000.00", JANUARY, contribution("131", "300.60")),
            base("03", "3100.00", JANUARY, components=[("03", "100.00")]),
        ],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.declared_gross == 300000
    assert line.gap.total == 0


def test_without_base_03_gross_pay_stands_in() -> None:
    one = employee(
        [contract()],
        JANUARY,
        [pay(JANUARY, "5000.00", days="31.00")],
        [base("02", "4005.00", JANUARY, contribution("131", "401.30"))],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.tranches.t2 == 99500
    assert any("base 03 absente" in each for each in line.calculation.remarks)


# --- days


@pytest.mark.parametrize("days", [None, "0.00"])
def test_without_days_the_dates_of_the_bases_serve(days: str | None) -> None:
    one = employee(
        [contract("16012026")],
        JANUARY,
        [pay(JANUARY, "3000.00", days=days)],
        [
            base("02", "2067.10", JANUARY, contribution("131", "207.12"), first=16),
            base("03", "3000.00", JANUARY, contribution("131", "237.10"), first=16),
        ],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.tranches.ceiling == 206710
    assert any("dates utilisées" in each for each in line.calculation.remarks)
    assert abs(line.gap.total) <= 2


def test_no_day_and_no_capped_base_is_a_ceiling_of_zero() -> None:
    one = employee(
        [contract()],
        JANUARY,
        [pay(JANUARY, "500.00", days="0.00")],
        [base("02", "0.00", JANUARY), base("03", "500.00", JANUARY)],
    )
    tranches = only(mirror_of(declaration(JANUARY, one))).calculation.tranches
    assert (tranches.ceiling, tranches.t1) == (0, 0)


def test_days_may_stand_under_another_pay_line() -> None:
    one = employee(
        [contract()],
        JANUARY,
        [pay(JANUARY, "3000.00"), pay(JANUARY, "3000.00", kind="002", days="16.00")],
        [base("02", "3000.00", JANUARY), base("03", "3000.00", JANUARY)],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.tranches.ceiling == 206710


# --- adhesion


def test_conditions_are_chosen_by_date_category_and_establishment() -> None:
    conditions = [
        condition("04", t1="7.00", until=date(2026, 1, 31)),
        condition("04", t1="8.00", since=date(2026, 2, 1)),
        condition("01", t1="6.50"),
        condition("04", t1="9.00", siret="99900024300025"),
    ]
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "1000.00")),
        declaration(FEBRUARY, full(FEBRUARY, "1000.00")),
        conditions=conditions,
    )
    rates = [str(line.calculation.condition.rate_t1) for line in lines]  # type: ignore[union-attr]
    assert rates == ["7.00", "8.00"]


def test_a_condition_of_the_whole_company_holds_everywhere() -> None:
    line = only(
        mirror_of(
            declaration(JANUARY, full(JANUARY, "1000.00")),
            conditions=[condition("04", t1="7.00", siret="")],
        )
    )
    assert line.calculation.condition is not None


def test_two_employees_do_not_mix() -> None:
    one, other = full(JANUARY, "1000.00"), full(JANUARY, "2000.00")
    other = [line.replace(NIR, OTHER_NIR) for line in other]
    lines = mirror_of(declaration(JANUARY, one, other), conditions=STANDARD)
    assert [line.declared_gross for line in lines] == [100000, 200000]


def test_evidence_is_where_it_says() -> None:
    one = full(JANUARY, "1000.00")
    line = only(mirror_of(declaration(JANUARY, one)))
    part = line.parts[0]
    evidence: Evidence = part.declaration.evidence(part.base.block, "004")
    assert evidence.value == "1000.00"


def test_hours_are_not_taken_for_days() -> None:
    paid = pay(JANUARY, "3000.00")
    paid += lines("S21.G00.53", n001="01", n002="16.00", n003="40")
    paid += lines("S21.G00.53", n001="01", n002="15.00", n003="10")
    one = employee(
        [contract()],
        JANUARY,
        [paid],
        [base("02", "2067.10", JANUARY), base("03", "3000.00", JANUARY)],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.tranches.ceiling == 206710


def test_two_identical_negative_corrections_both_count() -> None:
    one = plain(JANUARY, "3000.00", "3000.00", ("300.60", "0.00"))
    for _ in range(2):
        one += base("02", "-100.00", JANUARY, contribution("131", "-10.02"))
        one += base("03", "-100.00", JANUARY)
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.declared_gross == 280000
    assert line.gap.total == 0

"""Payments beside what their declarations detail."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from miroir.gap.payments import payment_gaps
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import PaymentGap

from tests.recomputation.companies import condition
from tests.written import (
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    lines,
    payment,
    plain,
    read,
)

JANUARY = "2026-01"
URSSAF = "78861779300013"


def gaps_of(
    *declarations: Lines, conditions: Sequence[AdhesionCondition] = ()
) -> tuple[PaymentGap, ...]:
    return payment_gaps(read(envelope(*declarations)).declarations, conditions)


def month(name: str, *paid: Lines, nic: str = "00017") -> Lines:
    one = plain(name, "2000.00", "2000.00", ("200.40", "0.00"), "1.20")
    return declaration(name, one, payments=paid, nic=nic)


def test_a_payment_equal_to_its_details_is_no_gap() -> None:
    (gap,) = gaps_of(month(JANUARY, payment(JANUARY, "201.60")))
    assert (gap.declared, gap.expected, gap.amount) == (20160, 20160, 0)
    assert gap.evidence[1].rubrique == "S21.G00.20.005"


def test_reductions_are_taken_off_and_employer_copies_left_out() -> None:
    one = plain(JANUARY, "2000.00", "2000.00", ("200.40", "0.00"))
    one += contribution("106", "-83.44") + contribution("142", "120.20")
    (gap,) = gaps_of(declaration(JANUARY, one, payments=[payment(JANUARY, "116.96")]))
    assert gap.amount == 0


@pytest.mark.parametrize(
    ("paid", "accepted"),
    [("202.00", True), ("201.00", False), ("202.01", False), ("190.00", False)],
)
def test_a_payment_in_whole_euros_is_legitimate(paid: str, accepted: bool) -> None:
    (gap,) = gaps_of(month(JANUARY, payment(JANUARY, paid)))
    assert bool(gap.accepted) is accepted


def test_a_payment_to_urssaf_is_not_ours() -> None:
    one = plain(JANUARY, "2000.00", "2000.00", ("200.40", "0.00"))
    one += lines("S21.G00.81", n001="076", n002=URSSAF, n004="309.00")
    (gap,) = gaps_of(
        declaration(
            JANUARY,
            one,
            payments=[
                payment(JANUARY, "309.00", URSSAF),
                payment(JANUARY, "12.00", "DGFIP"),
                payment(JANUARY, "200.40"),
            ],
        )
    )
    assert gap.amount == 0


def test_a_wrong_institution_is_told_with_the_right_one() -> None:
    (gap,) = gaps_of(
        month(JANUARY, payment(JANUARY, "201.60", "78439346400060")),
        conditions=[condition("01")],
    )
    assert gap.amount == 0
    assert (gap.institution, gap.adhesion_institution) == (
        "78439346400060",
        "30558637200321",
    )


def test_without_any_payment_the_whole_sum_is_missing() -> None:
    (gap,) = gaps_of(month(JANUARY), conditions=[condition("01")])
    assert gap.amount == -20160
    assert gap.institution == "30558637200321"


def test_a_negative_sum_expects_nothing() -> None:
    one = plain(JANUARY, "2000.00", "2000.00", ("-50.00", "0.00"))
    (gap,) = gaps_of(declaration(JANUARY, one, payments=[payment(JANUARY, "0.00")]))
    assert gap.amount == 0


def test_a_gross_131_counts_with_its_109() -> None:
    one = employee(
        [contract()],
        JANUARY,
        [],
        [
            base(
                "02",
                "1500.00",
                JANUARY,
                contribution("131", "150.30"),
                contribution("109", "-36.55"),
            )
        ],
    )
    for paid in ("113.75", "150.30"):
        (gap,) = gaps_of(declaration(JANUARY, one, payments=[payment(JANUARY, paid)]))
        assert gap.amount == 0


def test_105_alone_is_what_is_expected() -> None:
    one = employee(
        [contract()],
        "2024-01",
        [],
        [base("03", "2000.00", "2024-01", contribution("105", "201.60"))],
    )
    (gap,) = gaps_of(
        declaration("2024-01", one, payments=[payment("2024-01", "201.60")])
    )
    assert gap.amount == 0


def test_a_quarterly_payer_is_judged_on_the_quarter() -> None:
    months = ["2026-01", "2026-02", "2026-03"]
    quarter = [
        month(name, *([payment(name, "604.80")] if name == months[-1] else []))
        for name in months
    ]
    assert {gap.accepted for gap in gaps_of(*quarter)} == {"versement trimestriel"}


def test_a_quarterly_adhesion_waits_for_the_third_month() -> None:
    quarterly = [condition("01", periodicity="T")]
    months = [month("2026-01"), month("2026-02")]
    assert all(gap.accepted for gap in gaps_of(*months, conditions=quarterly))
    monthly = gaps_of(*months, conditions=[condition("01")])
    assert not any(gap.accepted for gap in monthly)


def test_a_quarter_that_does_not_add_up_is_a_gap() -> None:
    months = ["2026-01", "2026-02", "2026-03"]
    quarter = [
        month(name, *([payment(name, "500.00")] if name == months[-1] else []))
        for name in months
    ]
    assert not any(gap.accepted for gap in gaps_of(*quarter))


def test_one_establishment_may_pay_for_all() -> None:
    gaps = gaps_of(
        month(JANUARY, payment(JANUARY, "403.20")), month(JANUARY, nic="00025")
    )
    assert [gap.amount for gap in gaps] == [20160, -20160]
    assert {gap.accepted for gap in gaps} == {
        "versement fait au niveau de l’entreprise"
    }


def test_fractions_are_one_month() -> None:
    one = plain(JANUARY, "2000.00", "2000.00", ("200.40", "0.00"))
    (gap,) = gaps_of(
        declaration(JANUARY, one, payments=[payment(JANUARY, "400.80")], fraction="12"),
        declaration(JANUARY, one, fraction="22"),
    )
    assert gap.amount == 0


def test_a_payment_that_was_short_is_completed_under_its_own_month() -> None:
    short = month("2026-01", payment("2026-01", "150.00"))
    later = month("2026-02", payment("2026-02", "201.60"), payment("2026-01", "51.60"))
    assert [gap.amount for gap in gaps_of(short, later)] == [0, 0]


def test_a_regularisation_paid_with_its_own_declaration_stays_there() -> None:
    one = plain("2026-02", "2000.00", "2000.00", ("200.40", "0.00"))
    one += base("02", "0.00", "2026-01", contribution("131", "50.00"))
    later = declaration(
        "2026-02",
        one,
        payments=[payment("2026-02", "200.40"), payment("2026-01", "50.00")],
    )
    first = month("2026-01", payment("2026-01", "201.60"))
    assert [gap.amount for gap in gaps_of(first, later)] == [0, 0]


def test_an_old_code_that_is_taken_back_owes_nothing_again() -> None:
    late = "2026-02"
    one = employee(
        [contract()],
        late,
        [],
        [
            base(
                "03",
                "0.00",
                JANUARY,
                contribution("105", "-201.60"),
                contribution("131", "200.40"),
                contribution("132", "1.20"),
            )
        ],
    )
    assert gaps_of(declaration(late, one)) == ()

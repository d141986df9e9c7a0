"""Amounts worked out by hand, to the cent (PMSS 2026: 4 005.00)."""

from __future__ import annotations

import pytest
from miroir.types.calculation import Basis

from tests.recomputation.companies import condition, mirror_of, only
from tests.written import (
    base,
    contract,
    contribution,
    declaration,
    employee,
    pay,
    plain,
)

JANUARY = "2026-01"


def due(gross: str, capped: str, *, cadre: bool = False, **options: object):  # type: ignore[no-untyped-def]
    """The line of a full January, whatever is declared."""
    one = plain(JANUARY, gross, capped, ("0.00", "0.00"), "0.00" if cadre else None)
    return only(mirror_of(declaration(JANUARY, one), **options)).calculation  # type: ignore[arg-type]


def test_a_cadre_above_the_ceiling() -> None:
    found = due("6000.00", "4005.00", cadre=True)
    assert found.basis is Basis.CUMULATED
    assert (found.due.c131, found.due.c132) == (90689, 360)
    tranches = found.tranches
    assert (tranches.t1, tranches.t2, tranches.cet) == (400500, 199500, 600000)


@pytest.mark.parametrize(
    ("gross", "capped", "t2", "cet", "c131"),
    [
        ("4005.00", "4005.00", 0, 0, 40130),
        ("4005.01", "4005.00", 1, 400501, 40130 + 1402),
        ("2000.00", "2000.00", 0, 0, 20040),
        ("32040.00", "4005.00", 2803500, 3204000, 40130 + 680970 + 11214),
        ("40000.00", "4005.00", 2803500, 3204000, 40130 + 680970 + 11214),
    ],
)
def test_the_bounds_of_tranches_and_cet(
    gross: str, capped: str, t2: int, cet: int, c131: int
) -> None:
    found = due(gross, capped)
    assert (found.tranches.t2, found.tranches.cet) == (t2, cet)
    assert abs(found.due.c131 - c131) <= 2


def test_apec_stops_at_four_ceilings_and_is_for_cadres_alone() -> None:
    assert due("20000.00", "4005.00", cadre=True).due.c132 == 961
    assert due("20000.00", "4005.00").due.c132 == 0


def test_a_rate_above_the_standard_comes_from_the_adhesion() -> None:
    found = due("4005.00", "4005.00", conditions=[condition("04", t1="8.00")])
    assert found.due.c131 == 40690 + 8611  # rounded by share
    assert found.condition is not None


def test_without_conditions_the_standard_ones_are_assumed_and_said() -> None:
    found = due("4005.00", "4005.00", conditions=[])
    assert found.due.c131 == 40130
    assert any("droit commun" in remark for remark in found.remarks)


def test_another_split_leaves_the_total() -> None:
    assert due("4005.00", "4005.00", conditions=[condition("04", share="70")]).due == (
        due("4005.00", "4005.00").due
    )


@pytest.mark.parametrize(
    ("month", "start", "days", "gross", "ceiling", "c131"),
    [
        ("2026-03", "16032026", "16.00", "3000.00", 206710, 44423),
        ("2026-02", "16022026", "13.00", "3000.00", 185946, 47386),
    ],
)
def test_an_entry_in_the_month_counts_calendar_days(
    month: str, start: str, days: str, gross: str, ceiling: int, c131: int
) -> None:
    one = employee(
        [contract(start)],
        month,
        [pay(month, gross, days=days)],
        [base("02", gross, month), base("03", gross, month)],
    )
    found = only(mirror_of(declaration(month, one))).calculation
    assert found.tranches.ceiling == ceiling
    assert abs(found.due.c131 - c131) <= 2


def test_three_unpaid_days_of_february() -> None:
    one = employee(
        [contract("01022026")],
        "2026-02",
        [pay("2026-02", "3800.00", days="25.00")],
        [base("02", "3575.89", "2026-02"), base("03", "3800.00", "2026-02")],
    )
    found = only(mirror_of(declaration("2026-02", one))).calculation
    assert found.tranches.ceiling == 357589
    assert abs(found.due.c131 - 42603) <= 2


def part_timer(month: str, capped: str, c131: tuple[str, str], **more: str):  # type: ignore[no-untyped-def]
    made = contract(**{"n013": "121.34", "n014": "20", **more})  # type: ignore[arg-type]
    one = employee(
        [made],
        month,
        [pay(month, "4000.00", days="31.00")],
        [
            base("02", capped, month, contribution("131", c131[0])),
            base("03", "4000.00", month, contribution("131", c131[1])),
        ],
    )
    return only(mirror_of(declaration(month, one)))


def test_a_part_timer_with_the_ceiling_prorated() -> None:
    line = part_timer(JANUARY, "3204.11", ("321.05", "207.31"))
    assert line.calculation.tranches.ceiling == 320411
    assert abs(line.gap.total) <= 5
    assert line.calculation.readings == ()


def test_a_part_timer_who_waived_the_proration() -> None:
    line = part_timer(JANUARY, "4000.00", ("400.80", "0.00"))
    assert line.calculation.tranches.ceiling == 400500
    assert abs(line.gap.total) <= 5
    assert line.calculation.readings == (
        "temps partiel : plafond non proratisé (accord)",
    )


def test_the_waiver_does_not_exist_before_september_2023() -> None:
    line = part_timer("2023-01", "3666.00", ("367.33", "0.00"))
    assert line.calculation.readings == ()
    assert line.gap.total < -100_00


def test_a_reduced_forfait_jours_may_be_prorated_since_april_2021() -> None:
    half = {"n011": "20", "n012": "218.00", "n013": "109.00", "n014": "10"}
    line = part_timer(JANUARY, "2002.50", ("200.65", "499.19"), **half)
    assert abs(line.gap.total) <= 5
    assert line.calculation.readings == ("forfait-jours réduit : plafond proratisé",)
    line = part_timer(JANUARY, "4000.00", ("400.80", "0.00"), **half)
    assert abs(line.gap.total) <= 5
    assert line.calculation.readings == ()
    line = part_timer("2021-01", "1714.00", ("171.75", "569.26"), **half)
    assert line.calculation.readings == ()


def year(pays: list[str], capped: list[str]):  # type: ignore[no-untyped-def]
    months = [f"2026-{rank:02d}" for rank in range(1, len(pays) + 1)]
    return mirror_of(
        *(
            declaration(month, plain(month, gross, one, ("0.00", "0.00")))
            for month, gross, one in zip(months, pays, capped, strict=True)
        )
    )


def test_a_bonus_below_the_cumulated_ceiling_stays_in_the_first_tranche() -> None:
    pays = ["3500.00"] * 11 + ["8000.00"]
    lines = year(pays, pays)
    december = lines[-1].calculation.tranches
    assert (december.t1, december.t2, december.cet) == (800000, 0, 0)


def test_pay_that_falls_back_gives_a_negative_second_tranche() -> None:
    lines = year(["7000.00"] + ["3900.00"] * 11, ["4005.00"] * 12)
    first, second = lines[0].calculation.tranches, lines[1].calculation.tranches
    assert (first.t1, first.t2, first.cet) == (400500, 299500, 700000)
    assert (second.t1, second.t2, second.cet) == (400500, -10500, 390000)
    total = [line.calculation.tranches for line in lines]
    assert sum(each.t2 for each in total) == 184000
    assert sum(each.cet for each in total) == 4990000


def test_cet_is_taken_back_when_the_sums_fall_under_the_ceiling() -> None:
    lines = year(["5000.00", "2000.00"], ["4005.00", "2995.00"])
    second = lines[1].calculation.tranches
    assert (second.t1, second.t2, second.cet) == (299500, -99500, -500000)
    assert lines[1].calculation.due.c131 < 0 + 300_10


def test_each_amount_tells_how_it_was_made() -> None:
    steps = due("6000.00", "4005.00", cadre=True).steps
    assert [step.label for step in steps] == [
        "Plafond du mois",
        "Tranche 1",
        "Tranche 2",
        "Base CET",
        "Retraite T1",
        "CEG T1",
        "Retraite T2",
        "CEG T2",
        "CET",
        "Apec",
    ]
    assert sum(step.amount for step in steps[4:9]) == 90689
    assert all(step.rule for step in steps)
    assert ("employeur", "4.72 % = 189.04") in steps[4].inputs


def test_a_part_timer_whose_second_tranche_is_lost_follows_the_rule() -> None:
    """Base 02 equal to a pay above both ceilings tells neither of them."""
    made = contract(n013="121.34", n014="20")
    one = employee(
        [made],
        JANUARY,
        [pay(JANUARY, "5000.00", days="31.00")],
        [
            base("02", "5000.00", JANUARY, contribution("131", "501.00")),
            base("03", "5000.00", JANUARY),
        ],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.readings == ()
    assert line.calculation.tranches.ceiling == 320411

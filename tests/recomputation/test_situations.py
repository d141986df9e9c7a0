"""Situations that change what is due, or what can be said of it."""

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
    pay,
    plain,
)

JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"


def full(month: str, gross: str, **options: object) -> Lines:
    return plain(month, gross, gross, ("0.00", "0.00"), None, **options)


# --- what earlier months decide


def test_without_earlier_months_the_declared_bases_are_taken() -> None:
    one = plain(MARCH, "6000.00", "4005.00", ("401.30", "505.59"))
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.calculation.basis is Basis.DECLARED_BASES
    assert line.gap.total == 0
    assert any("mois antérieurs absents" in r for r in line.calculation.remarks)


@pytest.mark.parametrize(
    ("gross", "capped", "c131"),
    [
        # bonus under the ceilings of the missing months
        ("9000.00", "9000.00", ("901.80", "0.00")),
        # just crossed: CET on all pay since January, three ceilings and T2
        ("9000.00", "7000.00", ("701.40", "534.85")),
        # fell back under: past CET taken back, two ceilings and T2
        ("3000.00", "4000.00", ("400.80", "-274.44")),
        # stayed above though the month is low
        ("3900.00", "4005.00", ("401.30", "-11.85")),
    ],
)
def test_what_only_missing_months_could_decide_is_no_gap(
    gross: str, capped: str, c131: tuple[str, str]
) -> None:
    one = plain(MARCH, gross, capped, c131)
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.calculation.basis is Basis.DECLARED_BASES
    assert abs(line.gap.total) <= 5


def test_a_second_tranche_under_the_ceiling_is_wrong_whatever_came_before() -> None:
    one = plain(MARCH, "6000.00", "3925.00", ("393.29", "525.01"))
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.calculation.basis is Basis.ESTIMATED
    assert any("salaire habituel" in each for each in line.calculation.remarks)
    tranches = line.calculation.tranches
    assert (tranches.t1, tranches.t2, tranches.cet) == (400500, 199500, 600000)
    assert line.gap.total == 39329 + 52501 - 90689


def test_a_rate_is_still_checked_without_earlier_months() -> None:
    one = plain(MARCH, "3000.00", "3000.00", ("236.10", "0.00"))
    line = only(mirror_of(declaration(MARCH, one)))
    assert line.gap.total == 23610 - 30060


def test_a_hire_in_the_year_starts_the_sums() -> None:
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "3000.00")),
        declaration(FEBRUARY, full(FEBRUARY, "3000.00", start="01022026")),
    )
    assert [line.calculation.basis for line in lines] == [Basis.CUMULATED] * 2


def test_a_missing_month_in_between_ends_what_is_known() -> None:
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "3000.00")),
        declaration(MARCH, full(MARCH, "3000.00")),
    )
    assert [line.calculation.basis for line in lines] == [
        Basis.CUMULATED,
        Basis.DECLARED_BASES,
    ]


def test_a_new_year_starts_from_january() -> None:
    lines = mirror_of(
        declaration("2025-12", full("2025-12", "3000.00")),
        declaration(JANUARY, full(JANUARY, "3000.00")),
    )
    assert lines[0].calculation.basis is Basis.DECLARED_BASES
    assert lines[1].calculation.basis is Basis.CUMULATED


# --- horizon


def test_nothing_is_computed_beyond_the_published_parameters() -> None:
    line = only(mirror_of(declaration("2027-01", full("2027-01", "3000.00"))))
    assert line.calculation.basis is Basis.NOT_COMPUTED
    assert line.gap.total == 0
    assert "2027 non publiés" in line.calculation.remarks[0]


# --- corrections


def test_a_later_correction_closes_the_gap_of_its_month() -> None:
    wrong = plain(JANUARY, "4000.00", "4000.00", ("300.80", "0.00"))
    right = plain(FEBRUARY, "4000.00", "4000.00", ("400.80", "0.00"))
    right += base("02", "0.00", JANUARY, contribution("131", "100.00"))
    right += base("03", "0.00", JANUARY)
    before = mirror_of(declaration(JANUARY, wrong))
    assert before[0].gap.total == -10000
    january, february = mirror_of(
        declaration(JANUARY, wrong), declaration(FEBRUARY, right)
    )
    assert (january.gap.total, february.gap.total) == (0, 0)
    assert {str(part.declaration.period) for part in january.parts} == {
        JANUARY,
        FEBRUARY,
    }


def test_a_cancelled_and_restated_base_counts_once() -> None:
    january = plain(JANUARY, "1000.00", "1000.00", ("100.20", "0.00"))
    restated = plain(FEBRUARY, "1200.00", "1200.00", ("120.24", "0.00"))
    for amount, due in (("-1000.00", "-100.20"), ("1200.00", "120.24")):
        restated += base("02", amount, JANUARY, contribution("131", due))
        restated += base("03", amount, JANUARY)
    lines = mirror_of(declaration(JANUARY, january), declaration(FEBRUARY, restated))
    assert [line.declared_gross for line in lines] == [120000, 120000]
    assert [line.gap.total for line in lines] == [0, 0]


def test_a_correction_of_a_month_not_at_hand_is_not_judged() -> None:
    one = full(JANUARY, "1000.00")
    one += base("03", "500.00", "2025-11", contribution("131", "50.10"))
    old, new = mirror_of(declaration(JANUARY, one))
    assert str(old.period) == "2025-11"
    assert old.calculation.basis is Basis.NOT_COMPUTED
    assert old.gap.total == 0
    assert new.calculation.basis is Basis.CUMULATED


# --- several contracts


def test_two_contracts_at_the_same_time_share_one_ceiling() -> None:
    one = employee(
        [contract(number="00001"), contract("01062021", number="00002")],
        JANUARY,
        [
            pay(JANUARY, "3000.00", number="00001", days="31.00"),
            pay(JANUARY, "3000.00", number="00002", days="31.00"),
        ],
        [
            base("02", "4005.00", JANUARY, contribution("131", "401.30")),
            base("03", "3000.00", JANUARY, contract="00001"),
            base(
                "03",
                "3000.00",
                JANUARY,
                contribution("131", "505.59"),
                contract="00002",
            ),
        ],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.contract == "00001+00002"
    assert line.calculation.tranches.ceiling == 400500
    assert line.gap.total == 0


def test_contracts_one_after_the_other_have_their_own_days() -> None:
    one = employee(
        [
            contract("01012026", number="00001", end="10012026"),
            contract("16012026", number="00002"),
        ],
        JANUARY,
        [
            pay(JANUARY, "1000.00", number="00001", days="10.00"),
            pay(JANUARY, "1000.00", number="00002", days="16.00"),
        ],
        [
            base(code, "1000.00", JANUARY, *paid, contract=number)
            for number in ("00001", "00002")
            for code, paid in (("02", [contribution("131", "100.20")]), ("03", []))
        ],
    )
    lines = mirror_of(declaration(JANUARY, one))
    assert [line.contract for line in lines] == ["00001", "00002"]
    assert [line.calculation.tranches.ceiling for line in lines] == [129194, 206710]
    assert [line.gap.total for line in lines] == [0, 0]


def test_a_renumbered_contract_goes_on(  # block 41 gives the old number
) -> None:
    changed = {"n001": "01022026", "n014": "00001"}
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "5000.00")),
        declaration(
            FEBRUARY,
            full(FEBRUARY, "3000.00", number="00099", changes=[changed]),
        ),
    )
    assert [line.calculation.basis for line in lines] == [Basis.CUMULATED] * 2
    assert lines[1].calculation.tranches.t2 == -99500


def test_a_move_between_establishments_goes_on() -> None:
    moved = {"n001": "01022026", "n012": "99900024300017"}
    lines = mirror_of(
        declaration(JANUARY, full(JANUARY, "5000.00")),
        declaration(FEBRUARY, full(FEBRUARY, "3000.00", changes=[moved]), nic="00025"),
    )
    assert [line.calculation.basis for line in lines] == [Basis.CUMULATED] * 2
    assert lines[1].calculation.tranches.t2 == -99500


# --- status


def test_a_status_change_in_the_month_divides_apec_by_period() -> None:
    changed = {"n001": "16012026", "n003": "04", "n028": "01012026"}
    one = employee(
        [contract(status="01", changes=[changed])],
        JANUARY,
        [pay(JANUARY, "3100.00", days="31.00")],
        [
            base("02", "1500.00", JANUARY, contribution("131", "150.30"), last=15),
            base("03", "1500.00", JANUARY, last=15),
            base("02", "1600.00", JANUARY, contribution("131", "160.32"), first=16),
            base("03", "1600.00", JANUARY, contribution("132", "0.96"), first=16),
        ],
    )
    line = only(mirror_of(declaration(JANUARY, one)))
    assert line.calculation.tranches.apec == 160000
    assert line.gap.total == 0


def test_a_status_change_with_one_base_divides_apec_by_days() -> None:
    changed = {"n001": "16012026", "n003": "04", "n028": "01012026"}
    one = employee(
        [contract(status="01", changes=[changed])],
        JANUARY,
        [pay(JANUARY, "3100.00", days="31.00")],
        [base("02", "3100.00", JANUARY), base("03", "3100.00", JANUARY)],
    )
    assert only(mirror_of(declaration(JANUARY, one))).calculation.tranches.apec == (
        160000
    )


@pytest.mark.parametrize("apec", [None, "1.80"])
def test_without_a_category_apec_is_neither_asked_nor_refused(
    apec: str | None,
) -> None:
    paid = [contribution("131", "0.00")]
    paid += [contribution("132", apec)] if apec else []
    one = employee(
        [contract(status="99")],
        JANUARY,
        [pay(JANUARY, "3000.00", days="31.00")],
        [
            base("02", "3000.00", JANUARY, contribution("131", "300.60")),
            base("03", "3000.00", JANUARY, *paid),
        ],
    )
    assert abs(only(mirror_of(declaration(JANUARY, one))).gap.total) <= 1


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

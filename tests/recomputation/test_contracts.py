"""Several contracts, changes of contract and of status."""

from __future__ import annotations

import pytest
from miroir.types.calculation import Basis

from tests.recomputation.companies import mirror_of, only
from tests.written import (
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


@pytest.mark.parametrize(
    ("capped", "c131", "readings"),
    [
        # from nothing: 3 000 under a ceiling of 4 005
        ("3000.00", ("300.60", "0.00"), ()),
        # going on: 5 000 in January, T2 and CET given back
        (
            "3995.00",
            ("400.30", "-259.19"),
            ("cumul repris du contrat précédent",),
        ),
    ],
)
def test_a_new_contract_may_start_from_nothing_or_go_on(
    capped: str, c131: tuple[str, str], readings: tuple[str, ...]
) -> None:
    first = plain(
        JANUARY,
        "5000.00",
        "4005.00",
        ("401.30", "259.19"),
        start="01012026",
        end="31012026",
    )
    second = plain(FEBRUARY, "3000.00", capped, c131, start="01022026", number="00002")
    lines = mirror_of(declaration(JANUARY, first), declaration(FEBRUARY, second))
    assert [line.contract for line in lines] == ["00001", "00002"]
    assert lines[1].calculation.readings == readings
    assert [abs(line.gap.total) <= 5 for line in lines] == [True, True]

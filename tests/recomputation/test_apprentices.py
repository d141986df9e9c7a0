"""Apprentices: threshold by date of contract, both ways of declaring 109."""

from __future__ import annotations

from datetime import date

import pytest
from miroir.recomputation.apprentice import exempt_bases
from miroir.recomputation.contributions import (
    contribution_lines,
    rates_for,
    relieved,
)
from miroir.types.calculation import MirrorLine, Tranches
from miroir.types.period import Month

from tests.recomputation.companies import STANDARD, condition, mirror_of, only
from tests.written import (
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    pay,
    read,
)


def apprentice(month: str, gross: str, start: str, *under_02: Lines) -> Lines:
    days = Month.parse(month).days
    return employee(
        [contract(start, n008="64")],
        month,
        [pay(month, gross, days=f"{days}.00")],
        [base("02", gross, month, *under_02), base("03", gross, month)],
    )


def line_of(*under_02: Lines, start: str = "01092025") -> MirrorLine:
    one = apprentice("2026-01", "1500.00", start, *under_02)
    return only(mirror_of(declaration("2026-01", one)))


def test_131_net_of_the_exemption_with_109_as_a_base_only() -> None:
    line = line_of(contribution("131", "113.75"), contribution("109", None, "911.52"))
    assert line.calculation.due.c131 == 11375
    assert line.gap.total == 0
    assert line.calculation.exempted == 3655


def test_131_gross_with_a_negative_109_beside_it() -> None:
    line = line_of(contribution("131", "150.30"), contribution("109", "-36.55"))
    assert line.gap.total == 0


def test_the_exemption_is_not_counted_twice() -> None:
    line = line_of(contribution("131", "113.75"), contribution("109", "-36.55"))
    assert line.gap.total == 0


def test_an_exemption_that_was_not_made_is_a_gap() -> None:
    assert line_of(contribution("131", "150.30")).gap.total == 3655


@pytest.mark.parametrize(
    ("start", "exempt"),
    [("28022025", 144020), ("01032025", 91152), ("01092018", 144020)],
)
def test_the_date_of_the_contract_decides_the_threshold(
    start: str, exempt: int
) -> None:
    one = apprentice("2026-01", "1500.00", start)
    (found,) = read(envelope(declaration("2026-01", one))).declarations
    held = found.employees[0].contracts[0]
    assert next(exempt_bases(held, Month(2026, 1), 150000)) == exempt


def test_the_threshold_is_prorated_for_an_entry_only() -> None:
    one = apprentice("2026-01", "1500.00", "16012026")
    (found,) = read(envelope(declaration("2026-01", one))).declarations
    held = found.employees[0].contracts[0]
    assert next(exempt_bases(held, Month(2026, 1), 150000)) == 47046
    assert next(exempt_bases(held, Month(2026, 2), 150000)) == 91152
    assert next(exempt_bases(held, Month(2026, 2), -100)) == 0


def test_after_a_rise_of_the_smic_both_thresholds_are_admitted() -> None:
    one = apprentice("2026-01", "1500.00", "01092025")
    (found,) = read(envelope(declaration("2026-01", one))).declarations
    held = found.employees[0].contracts[0]
    assert list(exempt_bases(held, Month(2026, 7), 150000)) == [93351, 91152]


def test_a_rate_above_standard_is_exempt_at_the_standard_only() -> None:
    rates = rates_for(condition(t1="8.00"), date(2026, 1, 1))
    lines = contribution_lines(Tranches(t1=100000), rates, cadre=False)
    net, amount = relieved(lines, 100000, rates)
    assert amount == 4010
    retraite = next(line for line in net if line.label == "Retraite T1")
    assert retraite.employee == 4060 - 3150


def test_cet_is_exempt_apec_is_not() -> None:
    rates = rates_for(STANDARD[0], date(2026, 1, 1))
    tranches = Tranches(t1=400500, t2=99500, cet=500000, apec=500000)
    lines = contribution_lines(tranches, rates, cadre=True)
    net, _ = relieved(lines, 91152, rates)
    shares = {line.label: line.employee for line in net}
    assert shares["CET"] == 572
    assert shares["Apec"] == 120
    assert shares["Retraite T2"] == 8597


def test_no_more_than_the_share_is_exempt() -> None:
    rates = rates_for(STANDARD[0], date(2026, 1, 1))
    lines = contribution_lines(Tranches(t1=50000), rates, cadre=False)
    net, amount = relieved(lines, 91152, rates)
    assert [line.employee for line in net if line.base] == [0, 0]
    assert amount == 1575 + 430

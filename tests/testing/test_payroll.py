"""The simulator against worked examples computed by hand, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from miroir.testing.payroll import (
    Adhesion,
    Company,
    Contract,
    Habits,
    Pay,
    Person,
    Rules,
    Status,
    simulate,
)
from miroir.testing.payroll.bases import Bases, bases, ceiling
from miroir.testing.payroll.contributions import contributions
from miroir.testing.payroll.reduction import coefficient, due
from miroir.testing.payroll.rules import RIGHT
from miroir.testing.payroll.slips import Slip, slips

BY_LINES = Habits()
AT_ONCE = Habits(global_rates=True)
OLD = date(2015, 1, 1)


def contract(
    pays: Mapping[int, int],
    start: date = OLD,
    status: Status = Status.CADRE,
    hours: int = 15167,
    prorated: bool = True,
    apprentice: bool = False,
) -> Contract:
    return Contract(
        number="00001",
        start=start,
        status=status,
        hours=hours,
        prorated=prorated,
        apprentice=apprentice,
        pays={month: Pay(wage=wage) for month, wage in pays.items()},
    )


def company(*people: Person, adhesion: Adhesion | None = None) -> Company:
    return Company(
        siren="999000243",
        sirets=("99900024300017",),
        name="FICTIVE",
        idcc="1486",
        from_50=False,
        institution="30558637200321",
        adhesion=adhesion or Adhesion(),
        people=people,
    )


def slip(
    worked: Contract,
    month: int,
    habits: Habits = BY_LINES,
    year: int = 2026,
    adhesion: Adhesion | None = None,
) -> Slip:
    """The payslip of a month, the year starting with the first one paid."""
    months = range(min(worked.pays), month + 1)
    employer = company(adhesion=adhesion)
    return slips(employer, worked, year, months, RIGHT, habits)[month][0]


@pytest.mark.parametrize("habits", [BY_LINES, AT_ONCE])
def test_cadre_at_6000(habits: Habits) -> None:
    found = slip(contract({3: 600_000}), 3, habits)
    assert (found.c131, found.c132) == (90_689, 360)
    assert found.total == 90_689 + 360
    assert (found.employer_t1, found.employer_t2) == (24_070, 30_327)


def test_cadre_at_6000_by_base_and_line() -> None:
    found = slip(contract({3: 600_000}), 3)
    assert (found.under_02, found.under_03) == (40_130, 50_559)
    base = bases(contract({3: 600_000}), 2026, [3], RIGHT)[3]
    amounts = contributions(base, Adhesion(), RIGHT, BY_LINES)
    assert amounts.retirement_t1 == (18_904, 12_616)
    assert amounts.ceg_t1 == (5_166, 3_444)
    assert amounts.retirement_t2 == (25_835, 17_237)
    assert amounts.ceg_t2 == (3_232, 2_155)
    assert amounts.cet == (1_260, 840)


def total(t1: int, t2: int, cet: int) -> int:
    base = Bases(gross=t1 + t2, ceiling=t1, t1=t1, t2=t2, cet=cet, apec=0)
    return contributions(base, Adhesion(), RIGHT, BY_LINES).total


def test_part_timer_at_80_percent() -> None:
    assert total(320_400, 79_600, 400_000) == 52_839
    worked = contract({3: 400_000}, hours=12134)  # 80.003 %: hundredths of hours
    assert abs(slip(worked, 3, AT_ONCE).c131 - 52_839) <= 2


def test_part_timer_who_kept_the_whole_ceiling() -> None:
    worked = contract({3: 400_000}, hours=12134, prorated=False)
    assert slip(worked, 3).c131 == 40_080


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        (date(2026, 3, 16), 206_710, 44_423),
        (date(2026, 2, 16), 185_946, 47_386),
    ],
)
def test_entry_inside_a_month(start: date, limit: int, expected: int) -> None:
    worked = contract({start.month: 300_000}, start=start)
    assert ceiling(worked, 2026, start.month, RIGHT) == limit
    assert slip(worked, start.month).c131 == expected


def test_thirtieths_are_the_error_of_the_notes() -> None:
    worked = contract({3: 300_000}, start=date(2026, 3, 16))
    assert ceiling(worked, 2026, 3, Rules(thirtieths=True)) == 213_600
    assert total(213_600, 86_400, 300_000) == 43_439


def test_three_days_unpaid_in_february() -> None:
    away = (date(2026, 2, 10), date(2026, 2, 12))
    worked = Contract(
        number="00001", start=OLD, pays={2: Pay(wage=380_000, absence=away)}
    )
    assert ceiling(worked, 2026, 2, RIGHT) == 357_589
    assert slip(worked, 2).c131 == 42_603


def test_bonus_absorbed_by_the_cumulated_ceiling() -> None:
    year = dict.fromkeys(range(1, 12), 350000) | {12: 800_000}
    found = bases(contract(year), 2026, range(1, 13), RIGHT)
    assert found[12].t1 == 800_000
    assert sum(month.t2 for month in found.values()) == 0
    assert sum(month.cet for month in found.values()) == 0


def test_bonus_of_january_taken_back() -> None:
    year = {1: 700_000} | dict.fromkeys(range(2, 13), 390000)
    found = bases(contract(year), 2026, range(1, 13), RIGHT)
    assert (found[1].t1, found[1].t2, found[1].cet) == (400_500, 299_500, 700_000)
    for month in range(2, 13):
        assert (found[month].t1, found[month].t2) == (400_500, -10_500)
        assert found[month].cet == 390_000
    assert sum(month.t2 for month in found.values()) == 184_000
    assert sum(month.cet for month in found.values()) == 4_990_000


@pytest.mark.parametrize(
    ("gross", "t2", "cet"), [(400_500, 0, 0), (400_501, 1, 400_501)]
)
def test_cet_starts_one_cent_above_the_ceiling(gross: int, t2: int, cet: int) -> None:
    found = bases(contract({1: gross}), 2026, [1], RIGHT)[1]
    assert (found.t2, found.cet) == (t2, cet)


def test_rate_above_standard() -> None:
    eight = Adhesion(rate_t1=8000)
    base = Bases(gross=400_500, ceiling=400_500, t1=400_500, t2=0, cet=0, apec=0)
    amounts = contributions(base, eight, RIGHT, BY_LINES)
    assert sum(amounts.retirement_t1) == 40_691
    assert total(400_500, 0, 0) == 40_130


@pytest.mark.parametrize(
    ("gross", "smic", "expected"),
    [
        (302_340, 227_775, 56_991),
        (236_533, 169 * 1202, 63_698),
    ],
)
def test_reduction_of_2026(gross: int, smic: int, expected: int) -> None:
    assert due(gross, smic, 2026, 3981) == expected


def test_reduction_is_nothing_at_three_smic() -> None:
    assert coefficient(600_000, 200_000, 2026, 3981) == 0
    assert str(coefficient(100_000, 200_000, 2026, 3981)) == "0.3981"


def test_reduction_before_2026_and_its_pension_part() -> None:
    """1,218.75 € in May 2025: 389.15, of which 73.25 for pension."""
    worked = contract({5: 121_875}, status=Status.NON_CADRE)
    found = slip(worked, 5, year=2025).reduced
    assert (found.c018, found.c106) == (-31_590, -7_325)


def test_apprentice_net_of_what_is_exempted() -> None:
    """The shape seen in real files: 131 net, 109 with the base alone."""
    worked = contract(
        {5: 121_875}, start=date(2025, 3, 13), status=Status.NON_CADRE, apprentice=True
    )
    found = slip(worked, 5, year=2025)
    assert (found.exempted, found.c131, found.c109) == (90_090, 8_599, None)
    assert found.total == 8_599 - 7_325


def test_apprentice_with_the_exemption_apart() -> None:
    worked = contract(
        {3: 150_000}, start=date(2025, 9, 1), status=Status.NON_CADRE, apprentice=True
    )
    apart = Habits(apprentice_net=False, global_rates=True)
    found = slip(worked, 3, apart)
    assert (found.exempted, found.c131, found.c109) == (91_152, 15_030, -3_655)


def test_apec_stops_at_four_ceilings_and_extensions_pay_none() -> None:
    assert slip(contract({1: 2_000_000}), 1).c132 == 961  # 0.06 % of 16,020
    assert slip(contract({1: 300_000}, status=Status.EXTENSION), 1).c132 is None


def test_before_2025_one_code_holds_131_and_132() -> None:
    found = slip(contract({3: 500_000}), 3, year=2024)
    made = simulate(one_person({3: 500_000}), 2024, 3, Habits(code_105=True))
    text = made.files[-1][1].decode("iso-8859-1")
    assert f"'105'\nS21.G00.81.004,'{_amount(found.c131 + (found.c132 or 0))}'" in text
    assert "S21.G00.81.001,'131'" not in text


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def one_person(pays: Mapping[int, int]) -> Company:
    person = Person(
        number="1780199999101",
        family_name="LEFÈVRE",
        first_name="ANDRÉ",
        birth=date(1978, 1, 14),
        siret="99900024300017",
        contracts=(contract(pays),),
    )
    return company(person)

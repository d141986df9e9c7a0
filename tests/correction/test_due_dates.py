"""Due dates of the DSN, and the deposits that can still be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from miroir.correction.due_dates import (
    Calendar,
    calendars_of,
    territory_of,
)
from miroir.correction.writing import put
from miroir.types.adhesion import Headcount
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month

from tests.correction.companies import analysed, simulated


@pytest.mark.parametrize(
    ("calendar", "month", "due"),
    [
        (Calendar(day=15), "2026-01", date(2026, 2, 16)),  # a Sunday
        (Calendar(day=5), "2025-11", date(2025, 12, 5)),
        (Calendar(day=5), "2026-03", date(2026, 4, 7)),  # Easter, Easter Monday
        (Calendar(day=15), "2026-07", date(2026, 8, 17)),  # a holiday on a Saturday
        (Calendar(day=5), "2026-12", date(2027, 1, 5)),
        (Calendar(day=15), "2022-03", date(2022, 4, 15)),
        # Good Friday in Alsace-Moselle, then a week-end and Easter Monday.
        (Calendar(day=15, territory="6AE"), "2022-03", date(2022, 4, 19)),
        (Calendar(day=15, territory="57"), "2022-03", date(2022, 4, 19)),
        (Calendar(day=5, territory="PF"), "2026-02", date(2026, 3, 6)),
        (Calendar(day=5), "2026-02", date(2026, 3, 5)),
    ],
)
def test_a_due_date_is_a_working_day(calendar: Calendar, month: str, due: date) -> None:
    assert calendar.due(Month.parse(month)) == due


def test_a_month_is_replaced_until_the_eve_of_its_due_date() -> None:
    calendar, march = Calendar(day=5), Month(2026, 3)
    assert calendar.replaceable_until(march) == date(2026, 4, 6)
    assert calendar.can_replace(march, date(2026, 4, 6))
    assert not calendar.can_replace(march, date(2026, 4, 7))
    replacement = calendar.replacement(march)
    assert replacement.replaces and replacement.send_by == date(2026, 4, 6)
    assert replacement.due == date(2026, 4, 7)


def test_only_deposits_still_to_come_are_proposed() -> None:
    calendar = Calendar(day=15)
    assert calendar.open_month(date(2026, 4, 14)) == Month(2026, 3)
    assert calendar.open_month(date(2026, 4, 15)) == Month(2026, 4)
    proposals = calendar.proposals(date(2026, 12, 20), count=2)
    assert [one.month for one in proposals] == [Month(2026, 12), Month(2027, 1)]
    assert [one.due for one in proposals] == [date(2027, 1, 15), date(2027, 2, 15)]
    assert all(one.send_by == one.due and not one.replaces for one in proposals)


def test_a_missing_month_is_taken_for_three_months() -> None:
    assert Calendar(day=5).deposited_until(Month(2026, 11)) == date(2027, 3, 5)


def company(headcount: Headcount | None = Headcount.FROM_50) -> CompanyView:
    view = analysed(simulated((), months=2)).view
    conditions = [replace(one, headcount=headcount) for one in view.conditions]
    return replace(view, conditions=tuple(conditions))


def test_the_day_follows_the_headcount_of_the_adhesion() -> None:
    (large,) = calendars_of(company(Headcount.FROM_50)).values()
    (small,) = calendars_of(company(Headcount.UNDER_50)).values()
    assert (large.day, small.day) == (5, 15)
    assert large.why == "50 salariés et plus"


def test_without_a_headcount_employees_are_counted() -> None:
    (calendar,) = calendars_of(company(None)).values()
    assert calendar.day == 15 and "comptés dans les DSN" in calendar.why
    view = company(None)
    first = view.versions[0]
    own = first.declaration
    many = tuple(
        replace(own.employees[0], person=type(own.employees[0].person)(str(n)))
        for n in range(50)
    )
    crowd = replace(first, declaration=replace(own, employees=many))
    (calendar,) = calendars_of(replace(view, versions=(crowd,))).values()
    assert calendar.day == 5 and calendar.why.startswith("50 salariés comptés")


def test_the_headcount_declared_before_2026_is_read() -> None:
    view = company(None)
    for declaration in view.current:
        put(next(declaration.block.all("S21.G00.06")), "009", "60")
    (calendar,) = calendars_of(view).values()
    assert calendar.day == 5


def test_what_a_company_does_says_more_than_its_headcount() -> None:
    view = company()
    late = tuple(
        replace(
            one,
            declaration=replace(
                one.declaration,
                filed_on=one.declaration.period.next.first.replace(day=12),
            ),
        )
        for one in view.versions
    )
    (calendar,) = calendars_of(replace(view, versions=late)).values()
    assert calendar.day == 15 and calendar.why == "DSN déposées après le 5"
    for declaration in view.current:
        for employee in declaration.employees:
            paid = declaration.period.next.first
            for pay in employee.block.all("S21.G00.50"):
                put(pay, "001", f"{paid:%d%m%Y}")
    (calendar,) = calendars_of(view).values()
    assert calendar.day == 15 and "après la fin du mois" in calendar.why


@pytest.mark.parametrize(
    ("postal_code", "territory"),
    [
        ("67000", "6AE"),
        ("57000", "57"),
        ("97150", "MF"),
        ("97100", "971"),
        ("98700", "PF"),
        ("35000", ""),
    ],
)
def test_holidays_are_those_of_the_establishment(
    postal_code: str, territory: str
) -> None:
    declaration = next(
        one.declaration
        for one in company().versions
        if one.status is VersionStatus.CURRENT
    )
    block = next(next(declaration.block.all("S21.G00.06")).all("S21.G00.11"))
    put(block, "004", postal_code)
    assert territory_of(declaration) == territory


def test_an_establishment_without_an_address_has_the_national_holidays() -> None:
    declaration = company().current[0]
    (found,) = declaration.block.all("S21.G00.06")
    found.children = []
    assert territory_of(declaration) == ""

"""Dated values: what holds when, and the refusal beyond."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from miroir import parameters
from miroir.errors import BeyondHorizon


@pytest.mark.parametrize(
    ("year", "pmss"),
    [
        (2019, 337700),
        (2020, 342800),
        (2021, 342800),
        (2022, 342800),
        (2023, 366600),
        (2024, 386400),
        (2025, 392500),
        (2026, 400500),
    ],
)
def test_the_ceiling_of_each_year(year: int, pmss: int) -> None:
    assert parameters.ceiling(date(year, 1, 1)) == pmss
    assert parameters.ceiling(date(year, 12, 31)) == pmss


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 1)])
@pytest.mark.parametrize(
    "ask",
    [
        parameters.ceiling,
        parameters.scheme,
        parameters.reduction,
        parameters.monthly_smic,
    ],
)
def test_nothing_is_known_outside_and_the_error_says_so(ask, day: date) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BeyondHorizon, match=r"2019-01 to 2026-12") as caught:
        ask(day)
    assert f"{day:%Y-%m}" in str(caught.value)
    assert "never prolonged" in str(caught.value)


def test_rates_are_called_at_127_and_rounded_to_the_hundredth() -> None:
    scheme = parameters.scheme(date(2026, 1, 1))
    t1 = scheme.called(Decimal("6.20"), Decimal(60))
    assert (t1.employer, t1.employee, t1.total) == (
        Decimal("4.72"),
        Decimal("3.15"),
        Decimal("7.87"),
    )
    t2 = scheme.called(Decimal("17.00"), Decimal(60))
    assert (t2.employer, t2.employee) == (Decimal("12.95"), Decimal("8.64"))
    assert scheme.called(Decimal("8.00"), Decimal(60)).total == Decimal("10.16")


def test_every_value_has_a_date_and_a_source() -> None:
    text = files("miroir.parameters").joinpath("agirc_arrco.toml").read_text("utf-8")
    tables = {k: v for k, v in tomllib.loads(text).items() if isinstance(v, list)}
    assert set(tables) >= {"ceiling", "rates", "reduction", "apprentice", "smic"}
    for rows in tables.values():
        assert all(row["source"] and isinstance(row["from"], date) for row in rows)
        assert [row["from"] for row in rows] == sorted(row["from"] for row in rows) or (
            rows[0].get("name")
        )


def test_an_option_opens_on_its_date() -> None:
    name = "part-time without proration"
    assert not parameters.option_open(name, date(2023, 8, 31))
    assert parameters.option_open(name, date(2023, 9, 1))
    with pytest.raises(KeyError):
        parameters.option_open("free lunch", date(2026, 1, 1))

"""Dated values with their source, from 2019 to the last year published.

Data: `agirc_arrco.toml`. Asking for a date outside raises BeyondHorizon.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from miroir.errors import BeyondHorizon
from miroir.types.amounts import Cents, round_half_up

_HUNDREDTH = Decimal("0.01")
MONTHLY_HOURS = Decimal(35) * 52 / 12
"""Legal hours of a month: 35 x 52 / 12 = 151.6667."""


@dataclass(frozen=True, slots=True)
class Share:
    """A rate in percent, split between employer and employee."""

    employer: Decimal
    employee: Decimal

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


@dataclass(frozen=True, slots=True)
class Scheme:
    """Rates and bounds of the unified scheme at one date."""

    call_rate: Decimal
    standard_t1: Decimal
    standard_t2: Decimal
    standard_employer_share: Decimal
    ceg_t1: Share
    ceg_t2: Share
    cet: Share
    apec: Share
    t2_ceilings: int
    apec_ceilings: int

    def called(self, rate: Decimal, employer_share: Decimal) -> Share:
        """Rate after the call rate, rounded to the hundredth, then split.

        6.20 x 127 % = 7.874, called 7.87 (Agirc-Arrco, synthesis of 2019).
        """
        total = _round(rate * self.call_rate / 100)
        employer = _round(total * employer_share / 100)
        return Share(employer, total - employer)


@dataclass(frozen=True, slots=True)
class Reduction:
    """Parameters of the general reduction; T as ratios, points in percent."""

    formula: str
    t_minimum: Decimal
    t_under: Decimal
    t_from: Decimal
    power: Decimal
    points: Decimal
    smic_of_january: bool


def first_day() -> date:
    """The first day for which values are known."""
    day = _data()["first"]
    assert isinstance(day, date)
    return day


def horizon() -> date:
    """The last day for which values are published."""
    day = _data()["horizon"]
    assert isinstance(day, date)
    return day


@cache
def ceiling(day: date) -> Cents:
    """Monthly ceiling of Social Security (PMSS), in cents."""
    return round_half_up(Decimal(row_at("ceiling", day)["value"]) * 100)


@cache
def scheme(day: date) -> Scheme:
    """Rates of Agirc-Arrco and Apec."""
    row = row_at("rates", day)
    return Scheme(
        call_rate=Decimal(row["call_rate"]),
        standard_t1=Decimal(row["standard_t1"]),
        standard_t2=Decimal(row["standard_t2"]),
        standard_employer_share=Decimal(row["standard_employer_share"]),
        ceg_t1=_share(row["ceg_t1"]),
        ceg_t2=_share(row["ceg_t2"]),
        cet=_share(row["cet"]),
        apec=_share(row["apec"]),
        t2_ceilings=int(row["t2_ceilings"]),
        apec_ceilings=int(row["apec_ceilings"]),
    )


@cache
def reduction(day: date) -> Reduction:
    """Parameters of the general reduction."""
    row = row_at("reduction", day)
    return Reduction(
        formula=row["formula"],
        t_minimum=Decimal(row.get("t_minimum", "0")),
        t_under=Decimal(row["t_under"]),
        t_from=Decimal(row["t_from"]),
        power=Decimal(row.get("power", "1")),
        points=Decimal(row["points"]),
        smic_of_january=bool(row.get("smic_of_january", False)),
    )


@cache
def apprentice_threshold(contract_made: date) -> Decimal:
    """Exempt part of the monthly SMIC, in percent, by date of the contract.

    Contracts made before 2019 follow the first value.
    """
    day = max(contract_made, first_day())
    return Decimal(row_at("apprentice", day)["threshold"])


def apprentice_changes() -> Sequence[date]:
    """The days from which `apprentice_threshold` has another value, in order."""
    return sorted(row["from"] for row in _data()["apprentice"])


@cache
def monthly_smic(day: date) -> Decimal:
    """Monthly SMIC in cents, not rounded."""
    return Decimal(row_at("smic", day)["value"]) * MONTHLY_HOURS * 100


@cache
def option_open(name: str, day: date) -> bool:
    """Whether a legal option exists at a date."""
    for row in _data()["option"]:
        if row["name"] == name:
            opened = row["from"]
            assert isinstance(opened, date)
            return day >= opened
    raise KeyError(name)


@cache
def source_of(table: str, day: date) -> str:
    """The text that a value comes from."""
    return str(row_at(table, day)["source"])


def row_at(table: str, day: date) -> Mapping[str, Any]:
    """The row of a table that holds on a day; raises BeyondHorizon."""
    if not first_day() <= day <= horizon():
        raise BeyondHorizon(
            f"No value of «{table}» is known for {day:%Y-%m}: published values run"
            f" from {first_day():%Y-%m} to {horizon():%Y-%m}. Install a version of"
            " Miroir that holds this year; a value is never prolonged."
        )
    rows: Sequence[Mapping[str, Any]] = _data()[table]
    held = [row for row in rows if row["from"] <= day]
    return max(held, key=lambda row: row["from"])


@cache
def _data() -> Mapping[str, Any]:
    text = files(__name__).joinpath("agirc_arrco.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _share(row: Mapping[str, str]) -> Share:
    return Share(Decimal(row["employer"]), Decimal(row["employee"]))


def _round(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)

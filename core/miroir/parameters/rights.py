"""Dated values of what a wrong declaration puts at stake: points, surcharges.

Data: `agirc_arrco.toml`. Asking for a date outside raises BeyondHorizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from miroir.parameters import row_at
from miroir.types.amounts import Cents, round_half_up


@dataclass(frozen=True, slots=True)
class PointPrice:
    """What one point costs, in euros, at the calculation rate."""

    euros: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Surcharge:
    """Percent by month begun; the least for one payment, in cents."""

    percent: Decimal
    least_monthly: Cents
    least_quarterly: Cents
    source: str


@dataclass(frozen=True, slots=True)
class SurchargeMethod:
    """`each_month`: each month late takes the rate in force when it begins;
    else all of them take the rate of the day of the payment."""

    each_month: bool
    source: str


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """Day of payment in the month after, years before a claim is out of time."""

    day: int
    prescription_years: int
    source: str


@cache
def point_price(day: date) -> PointPrice:
    """Purchase price of the point (salaire de référence) of the year."""
    row = row_at("point_price", day)
    return PointPrice(Decimal(row["value"]), str(row["source"]))


@cache
def surcharge(day: date) -> Surcharge:
    """Surcharges for late payment (ANI of 17/11/2017, article 45)."""
    row = row_at("surcharge", day)
    return Surcharge(
        percent=Decimal(row["monthly_percent"]),
        least_monthly=round_half_up(Decimal(row["least_monthly"]) * 100),
        least_quarterly=round_half_up(Decimal(row["least_quarterly"]) * 100),
        source=str(row["source"]),
    )


@cache
def surcharge_method(day: date) -> SurchargeMethod:
    """How the rates of several years combine, calculated on `day`."""
    row = row_at("surcharge_method", day)
    return SurchargeMethod(bool(row["each_month"]), str(row["source"]))


@cache
def payment_terms(day: date) -> PaymentTerms:
    """When the contributions of a period are to be paid."""
    row = row_at("payment_terms", day)
    return PaymentTerms(
        int(row["day"]), int(row["prescription_years"]), str(row["source"])
    )

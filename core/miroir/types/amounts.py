"""Money: exact cents in int, rates in Decimal percent, half-up rounding.

No float ever holds an amount. Halves are rounded away from zero, on negative
amounts too, as payslips do.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

Cents = int

_AMOUNT = re.compile(r"(-?)([0-9]{1,15})\.([0-9]{2})", re.ASCII)
"""18 characters at most in the norm (totals): cents hold in 64 bits."""


def parse_cents(text: str) -> Cents:
    """Read a DSN amount, «-1234.56», into cents.

    Exactly two decimals and ASCII digits; «+», spaces and commas are refused
    with ValueError (cahier technique CT2025.1.3 §4.4.7).
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError("an amount has exactly two decimals, such as 1234.56")
    cents = int(match[2]) * 100 + int(match[3])
    return -cents if match[1] else cents


def format_cents(cents: Cents) -> str:
    """Write cents as «906.89», the form of the JSON output."""
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    return f"{sign}{euros}.{rest:02d}"


def format_euros(cents: Cents) -> str:
    """Write cents in French, «1 234,56 €», for an adviser's eyes."""
    sign = "-" if cents < 0 else ""
    euros, rest = divmod(abs(cents), 100)
    grouped = f"{euros:,}".replace(",", "\u202f")
    return f"{sign}{grouped},{rest:02d}\u00a0€"


def round_half_up(value: Decimal) -> int:
    """The nearest whole number; halves go away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def apply_rate(base: Cents, percent: Decimal) -> Cents:
    """`percent` % of `base`, rounded to the cent, halves away from zero.

    In whole numbers: exact, and several times as fast as Decimal.
    """
    numerator, denominator = _ratio(percent)
    cents, rest = divmod(abs(base) * numerator, denominator)
    if 2 * rest >= denominator:
        cents += 1
    return cents if base >= 0 else -cents


@cache
def _ratio(percent: Decimal) -> tuple[int, int]:
    """A rate, never negative, as a fraction of the base."""
    return (percent / 100).as_integer_ratio()

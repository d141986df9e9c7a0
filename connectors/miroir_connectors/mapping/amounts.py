"""Amounts as people and spreadsheets write them, into exact cents."""

from __future__ import annotations

import re
from decimal import Decimal

_SPACES = re.compile("[ \u00a0\u202f\u2009'’]")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?", re.ASCII)
_GROUPED = re.compile(
    r"([0-9]{1,3}(?:([ .,])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]([0-9]{1,2}))?", re.ASCII
)
_NOISE = Decimal("0.00001")


def read_cents(text: str) -> int:
    """Cents of «1 234,56 €», «1.234,56», «1,234.56», «-12,5», «(12,50)», «12-».

    Raises ValueError for anything else, and for «1,234» or «1.234», which
    may be a thousand or a number with three decimals.
    """
    body = text.strip().removesuffix("€").strip().replace("\u2212", "-")
    negative = body.startswith(("-", "(")) or body.endswith("-")
    if body.startswith("(") != body.endswith(")") or body.count("-") > 1:
        raise ValueError(f"«{text}» is not an amount")
    cents = _unsigned(body.strip("()-").strip(), text)
    return -cents if negative else cents


def cents_of_number(number: float) -> int:
    """Cents of a spreadsheet number; ValueError when it has more decimals.

    A sum computed by the sheet may be off by a hair: 906.8900000000001.
    """
    exact = Decimal(repr(number))
    if not exact.is_finite():
        raise ValueError(f"{number} is not an amount")
    cents = exact.quantize(Decimal("0.01"))
    if abs(exact - cents) > _NOISE:
        raise ValueError(f"{number} has more than two decimals")
    return int(cents * 100)


def _unsigned(body: str, text: str) -> int:
    plain = _PLAIN.fullmatch(body)
    if plain:
        return _cents(plain[1], plain[2])
    grouped = _GROUPED.fullmatch(_SPACES.sub(" ", body))
    if grouped is None:
        raise ValueError(f"«{text}» is not an amount")
    digits, separator, decimals = grouped.groups()
    if separator in ".," and decimals is None and digits.count(separator) == 1:
        raise ValueError(f"«{text}» may be thousands or decimals")
    if decimals is not None and grouped[0][-len(decimals) - 1] == separator:
        raise ValueError(f"«{text}» is not an amount")
    return _cents(digits.replace(separator, ""), decimals)


def _cents(euros: str, decimals: str | None) -> int:
    return int(euros) * 100 + int((decimals or "0").ljust(2, "0"))

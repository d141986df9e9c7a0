"""Half-up rounding on whole cents; halves go away from zero."""

from __future__ import annotations


def divide(numerator: int, denominator: int) -> int:
    """The nearest whole number of numerator / denominator."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def rate(base: int, thousandths: int) -> int:
    """`thousandths` of a percent of `base`: rate(400500, 4720) is 18904."""
    return divide(base * thousandths, 100_000)


def euros(cents: int) -> str:
    """«-1234.56», as rubriques write amounts."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"

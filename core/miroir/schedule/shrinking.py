"""When a source gives so much less than before that a person is to look."""

from __future__ import annotations

from fractions import Fraction


def shrunk(before: int | None, now: int, percent: int) -> bool:
    """Whether `now` is more than `percent` % below `before`; None: never seen."""
    if not before or percent >= 100:
        return False
    return Fraction(before - now, before) > Fraction(percent, 100)

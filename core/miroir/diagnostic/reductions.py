"""Errors of the general reduction's share (106), whatever 131 and 132 are."""

from __future__ import annotations

from miroir import parameters
from miroir.diagnostic.imagined import CLOSE
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.reduction import coefficients
from miroir.types.amounts import Cents, round_half_up
from miroir.types.calculation import MirrorLine

WHOLE_CLOSE: Cents = 20
"""The whole is deduced from a share rounded to the cent, six times smaller."""

REDUCTION_CAUSES = frozenset(
    {"REDUCTION_106_ABSENTE", "REDUCTION_106_SIGNE", "REDUCTION_106_MAUVAISE_PART"}
)


def reduction_cause(line: MirrorLine) -> str | None:
    """106 absent, of the wrong sign, or the wrong share of a right whole."""
    if abs(line.gap.c106) <= CLOSE:
        return None
    declared, due = line.declared.c106, line.calculation.due.c106
    if not declared:
        return "REDUCTION_106_ABSENTE"
    if abs(declared + due) <= CLOSE:
        return "REDUCTION_106_SIGNE"
    whole = declared + line.declared_018
    if any(abs(whole - right) <= WHOLE_CLOSE for right in _whole_due(line)):
        return "REDUCTION_106_MAUVAISE_PART"
    return None


def _whole_due(line: MirrorLine) -> list[Cents]:
    """The whole reduction that the due share is part of, for each headcount."""
    condition, day = line.calculation.condition, line.period.first
    rule = parameters.reduction(day)
    headcount = condition.headcount if condition else None
    due = line.calculation.due.c106
    return [
        round_half_up(due * chosen.t / chosen.points)
        for chosen in coefficients(rule, headcount, rates_for(condition, day))
    ]

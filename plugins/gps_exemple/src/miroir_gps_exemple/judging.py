"""What Horizon counts, what it tells last, how much it studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from miroir import (
    CompanyView,
    Diagnosis,
    EstablishmentGaps,
    Ranking,
    SampleSize,
    SamplingPolicy,
    ThresholdPolicy,
    Thresholds,
)

from miroir_gps_exemple.diagnostic import CAUSE

LARGE = 250
"""Employees from which the amounts of the configuration count ten times."""
WIDE = 10_000_00
"""Cents of gap in one establishment from which twice as many are drawn."""


def thresholds(company: CompanyView) -> Thresholds:
    """As configured; in a large company, amounts ten times as high."""
    if len({line.person for line in company.mirror}) < LARGE:
        return company.thresholds
    least = {scope: 10 * cents for scope, cents in company.thresholds.least.items()}
    return replace(company.thresholds, least=least)


def own_doubt_last(
    company: CompanyView, diagnoses: Sequence[Diagnosis]
) -> Sequence[Diagnosis]:
    """Horizon's doubt on its own export comes after all that explains a gap.

    The sort is stable: everything else stays in Miroir's order.
    """
    return sorted(diagnoses, key=lambda one: one.cause.id == CAUSE.id)


def size(gaps: EstablishmentGaps) -> SampleSize:
    """As configured, and twice as many at random where much is at stake."""
    if gaps.amount < WIDE:
        return gaps.configured
    return replace(gaps.configured, random=2 * gaps.configured.random)


THRESHOLDS = ThresholdPolicy(name="horizon", choose=thresholds)
RANKING = Ranking(name="horizon-doubt-last", order=own_doubt_last)
SAMPLING = SamplingPolicy(name="horizon", size=size)

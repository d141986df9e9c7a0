"""What a GPS decides of how diagnoses are judged: hooks give these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from miroir.types.diagnosis import CompanyView, Diagnosis
from miroir.types.sampling import EstablishmentGaps, SampleSize
from miroir.types.thresholds import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdPolicy:
    """What `miroir_thresholds` returns: the thresholds of one company.

    `choose` is pure; `company.thresholds` are those of the configuration.
    """

    name: str
    choose: Callable[[CompanyView], Thresholds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What `miroir_ranking` returns: another order of the diagnoses.

    `order` takes them in Miroir's order and returns the same ones, each once,
    in its own; they are then numbered again from 1.
    """

    name: str
    order: Callable[[CompanyView, Sequence[Diagnosis]], Sequence[Diagnosis]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPolicy:
    """What `miroir_sampling` returns: the size, establishment by establishment.

    `size` is pure. The draw itself is Miroir's, the same for the same gaps.
    """

    name: str
    size: Callable[[EstablishmentGaps], SampleSize]

"""How many individual gaps our advisers study: by what is at stake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import miroir

ONE_MORE_EVERY_CENTS = 1_000_00
MOST = 40


def size(gaps: miroir.EstablishmentGaps) -> miroir.SampleSize:
    """One more at random for every thousand euros of gaps, forty at most."""
    more = gaps.configured.random + gaps.amount // ONE_MORE_EVERY_CENTS
    return replace(gaps.configured, random=min(more, MOST))


@miroir.hookimpl
def miroir_sampling() -> Sequence[miroir.SamplingPolicy]:
    """Give our sampling."""
    return [miroir.SamplingPolicy(name="littoral-stake", size=size)]

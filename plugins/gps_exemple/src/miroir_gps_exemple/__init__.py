"""What the fictitious GPS «Horizon Prévoyance» adds to Miroir.

Its DSN come from its own tool over HTTP, its adhesion conditions from the
nightly export of its management tool; it has a diagnostic and a command, and
decides what counts, what is told last and how many gaps are studied.
"""

from __future__ import annotations

from collections.abc import Sequence

from click import Command
from miroir import (
    Diagnostic,
    Ranking,
    SamplingPolicy,
    SourceConnector,
    ThresholdPolicy,
    hookimpl,
)

from miroir_gps_exemple.adhesions import HorizonAdhesions
from miroir_gps_exemple.command import horizon_export
from miroir_gps_exemple.diagnostic import WITHOUT_CONDITION
from miroir_gps_exemple.dsn_tool import HorizonDsn
from miroir_gps_exemple.judging import RANKING, SAMPLING, THRESHOLDS


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the DSN tool and the export of the management tool."""
    return [
        SourceConnector(
            name="horizon-dsn",
            source=HorizonDsn,
            summary="DSN of Horizon's DSN tool, over HTTP",
        ),
        SourceConnector(
            name="horizon-adhesions",
            source=HorizonAdhesions,
            summary="adhesion conditions exported by Horizon's management tool",
        ),
    ]


@hookimpl
def miroir_diagnostics() -> Sequence[Diagnostic]:
    """Give the diagnostic that only Horizon can make."""
    return [WITHOUT_CONDITION]


@hookimpl
def miroir_commands() -> Sequence[Command]:
    """Give `miroir horizon-export`."""
    return [horizon_export]


@hookimpl
def miroir_thresholds() -> Sequence[ThresholdPolicy]:
    """Give what counts, by the size of the company."""
    return [THRESHOLDS]


@hookimpl
def miroir_ranking() -> Sequence[Ranking]:
    """Give the order of Horizon: its doubt on its own export last."""
    return [RANKING]


@hookimpl
def miroir_sampling() -> Sequence[SamplingPolicy]:
    """Give how many gaps are studied, by what is at stake."""
    return [SAMPLING]

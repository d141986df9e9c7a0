"""The table `[trace]`: where signed heads of the journal are kept, and when."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from miroir.config.section import Section


class TraceSection(Section):
    """How the journal is kept from being cut."""

    heads: Path = Field(
        default=Path("heads"),
        description="the path of a folder that signed heads go to: one that this "
        "machine cannot rewrite, or that another one collects from",
    )
    every_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        description="a number of minutes after which new lines are signed",
    )
    every_lines: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="a number of new lines after which they are signed before that",
    )

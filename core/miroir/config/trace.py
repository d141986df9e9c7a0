"""The table `[trace]`: where signed heads of the journal are kept."""

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

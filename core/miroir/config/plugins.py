"""The table `[plugins]`: which are on, and where they run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from miroir.config.section import Names, Section

Isolation = Literal["fork", "process", "none"]


class PluginsSection(Section):
    """Which plugins are on, and how what they do wrong is contained."""

    enabled: Names | None = Field(
        default=None,
        description="a list of plugin names: those to switch on, beside the "
        "built-in ones; without it every installed plugin is on",
    )
    disabled: Names = Field(
        default=(),
        description="a list of plugin names: those to switch off",
    )
    isolation: Isolation = Field(
        default="fork",
        description="fork: plugins of a GPS run in a copy of the program; process: "
        "in a process of their own; none: in the program, which they may then stop",
    )
    isolation_of: dict[str, Isolation] = Field(
        default_factory=dict,
        description="the isolation of some plugins, by name: fork, process or none; "
        "those of Miroir run in the program unless they are here",
    )
    memory_mib: int = Field(
        default=512,
        ge=64,
        le=65_536,
        description="a number of MiB that a plugin may take, beyond what the program "
        "holds",
    )
    seconds: float = Field(
        default=30,
        ge=0.1,
        le=3600,
        description="seconds that a plugin may take for one company, or one file of rows",
    )
    next_seconds: float = Field(
        default=300,
        ge=0.1,
        le=86_400,
        description="seconds that a source may take to give its next file",
    )
    collect_seconds: float = Field(
        default=14_400,
        ge=1,
        le=604_800,
        description="seconds that a source may take to give all its files",
    )
    strikes: int = Field(
        default=3,
        ge=1,
        le=1_000,
        description="a number of times that a plugin may crash or be stopped for "
        "being late; it is then set aside for the rest of the run",
    )

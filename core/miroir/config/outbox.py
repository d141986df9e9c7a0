"""The table `[outbox]`: how what goes out is carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from miroir.config.section import Section


class OutboxSection(Section):
    """How actions go out."""

    isolation: Literal["process", "fork", "none"] = Field(
        default="process",
        description="process: each destination runs in a process of its own; fork: "
        "in a copy of the worker; none: in the worker, which a destination may then "
        "stop",
    )
    memory_mib: int = Field(
        default=512,
        ge=64,
        le=65_536,
        description="a number of MiB that the process of a destination may take",
    )
    lease_seconds: float = Field(
        default=60,
        ge=1,
        le=3600,
        description="seconds, beyond the longest that an attempt may last, before "
        "another worker takes over what one that died had begun",
    )
    poll_seconds: float = Field(
        default=1,
        ge=0.05,
        le=60,
        description="seconds between two looks at what waits",
    )
    mark: Path = Field(
        default=Path("outbox.mark"),
        description="the path of a file that tells a restored store from the one "
        "that was backed up; not to be backed up with it",
    )
    pause_hours: float = Field(
        default=2,
        gt=0,
        le=168,
        description="a number of hours: sources are not collected while an action "
        "has waited for longer",
    )

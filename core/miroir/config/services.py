"""The table `[services]`: those that cases are handed over to."""

from __future__ import annotations

from pydantic import Field

from miroir.config.section import Section


class ServiceSection(Section):
    """One service that takes cases."""

    label: str = Field(min_length=1, description="its name, in French: «le référent»")
    answer_days: int = Field(
        default=10,
        ge=1,
        le=365,
        description="working days after which it is reminded of its answer",
    )


def usual() -> dict[str, ServiceSection]:
    """The two services of every GPS."""
    return {
        "referent": ServiceSection(label="le référent technique"),
        "adhesion": ServiceSection(label="le service adhésion"),
    }

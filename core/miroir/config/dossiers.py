"""The settings of dossiers: advisers, delays, campaigns."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from miroir.config.section import Names, Section

Region = Literal[
    "metropole",
    "alsace-moselle",
    "guadeloupe",
    "martinique",
    "guyane",
    "reunion",
    "mayotte",
]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone") from None
    return name


class AdviserSection(Section):
    """One adviser, as the rules of assignment see one."""

    portfolio: Names = Field(
        default=(), description="a list of SIREN that this adviser follows in person"
    )
    skills: Names = Field(
        default=(), description="a list of causes that this adviser knows well"
    )
    most: int = Field(
        default=0,
        ge=0,
        description="a number of open dossiers beyond which no more is given by rule",
    )
    away_until: date | None = Field(
        default=None, description="a date: nothing is given by rule until then"
    )


class DossiersSection(Section):
    """How dossiers are worked."""

    zone: Annotated[
        str,
        AfterValidator(_zone),
        Field(description='the time zone of advisers, such as "Europe/Paris"'),
    ] = "Europe/Paris"
    region: Region = Field(
        default="metropole",
        description="whose public holidays hold: metropole, alsace-moselle, "
        "guadeloupe, martinique, guyane, reunion, mayotte",
    )
    remind_at: time = Field(
        default=time(9), description='the hour of reminders, such as "09:00"'
    )
    lease_minutes: int = Field(
        default=120,
        ge=1,
        le=24 * 60,
        description="minutes that a claim on a dossier holds",
    )
    grace_days: int = Field(
        default=15,
        ge=0,
        le=120,
        description="days that a declaration may take to come after its due date, "
        "before a commitment is called missed",
    )
    adapt_days: int = Field(
        default=92,
        ge=0,
        description="days that one person alone may put a commitment off; beyond, "
        "another one approves",
    )
    answer_days: int = Field(
        default=2, ge=1, le=60, description="working days to answer a client"
    )
    immediate_gaps: int = Field(
        default=20,
        ge=0,
        description="a number of open gaps beyond which a client is answered later, "
        "by appointment",
    )
    memory_days: int = Field(
        default=730,
        ge=1,
        le=1826,
        description="days that a legitimate gap is remembered, unless said otherwise",
    )
    advisers: dict[str, AdviserSection] = Field(
        default_factory=dict,
        description="tables [dossiers.advisers.<name>], one per adviser",
    )


class CampaignSection(Section):
    """One campaign, under the name that its lines bear."""

    exercice: int | None = Field(default=None, ge=2000, le=2100, description="a year")
    selection: str = Field(default="", description="how companies were chosen")
    opens_on: date | None = Field(default=None, description="a date")
    closes_on: date | None = Field(default=None, description="a date")
    steps: dict[str, date] = Field(
        default_factory=dict,
        description='days by step, such as "courrier" = 2026-10-05',
    )

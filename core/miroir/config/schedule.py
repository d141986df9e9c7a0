"""The table `[schedule]`: what runs when, and when a source is held."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from miroir.config.section import Section
from miroir.schedule import delays, rhythm
from miroir.schedule.dues import EARLIEST, LATEST
from miroir.schedule.territories import territories, territory
from miroir.types.schedule import FollowUpRule

_RHYTHM = (
    'a rhythm such as "every 15 min", "mon-fri 06:30", "working days 06:30", '
    '"monthly last 18:00" or "off"'
)
_PERCENT = (
    "a whole percentage: a source that gives less than before by more than that is "
    "held; 100 never holds"
)


def _rhythm(value: object) -> object:
    rhythm.parse_rhythm(str(value))
    return value


def _territory(value: object) -> object:
    return territory(str(value)).name


def _delay(value: object) -> object:
    delays.parse_delay(str(value))
    return value


def _hour(value: object) -> object:
    at = value if isinstance(value, time) else rhythm.parse_time(str(value))
    if not EARLIEST <= at <= LATEST:
        raise ValueError("not in working hours")
    return at


Rhythm = Annotated[str, BeforeValidator(_rhythm)]


class SourceSchedule(Section):
    """When one source is collected, and when it is held."""

    rhythm: Rhythm | None = Field(
        default=None, description=f"{_RHYTHM}; without it schedule.sync"
    )
    shrink_percent: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description=f"{_PERCENT}; without it schedule.shrink_percent",
    )


class FollowUpSection(Section):
    """One follow-up rule."""

    when: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        min_length=1,
        description="a table of menus, each with the list of values that start it",
    )
    after: tuple[Annotated[str, BeforeValidator(_delay)], ...] = Field(
        min_length=1, description=f"a list of delays: {delays.FORMS}"
    )
    at: Annotated[
        time,
        BeforeValidator(_hour),
        Field(description='a local time between "07:00" and "20:00", in quotes'),
    ] = time(9)
    purpose: str = Field(
        min_length=1,
        description="a word: the follow-ups are cancelled when it is lost",
    )
    label: str = Field(min_length=1, description="what the adviser reads, in French")

    def rule(self, name: str) -> FollowUpRule:
        """The rule of that name."""
        return FollowUpRule(
            name=name,
            when=self.when,
            after=self.after,
            at=self.at,
            purpose=self.purpose,
            label=self.label,
        )


class ScheduleSection(Section):
    """What runs by itself, and when."""

    territory: Annotated[
        str,
        BeforeValidator(_territory),
        Field(
            description="where local times and public holidays are taken from, one of "
            + ", ".join(territories())
        ),
    ] = "metropole"
    sync: Rhythm = Field(
        default="every 15 min", description=f"when sources are collected, {_RHYTHM}"
    )
    diagnose: Rhythm = Field(
        default="every 15 min",
        description=f"when companies with something new are diagnosed, {_RHYTHM}",
    )
    purge: Rhythm = Field(
        default="daily 04:30", description=f"when what ended is forgotten, {_RHYTHM}"
    )
    keep_days: int = Field(
        default=400,
        ge=1,
        le=3650,
        description="a number of days that what was handed over or cancelled is kept",
    )
    anchor: Rhythm = Field(
        default="every 15 min", description=f"when results are anchored, {_RHYTHM}"
    )
    anchors: Path = Field(
        default=Path("anchors.log"),
        description="the path of the file that anchors are added to",
    )
    trace: Rhythm = Field(
        default="every 15 min",
        description=f"when the end of the journal is signed, {_RHYTHM}",
    )
    adhesion: Rhythm = Field(
        default="every 1 h",
        description="when plans of adhesions that nobody decided expire, and those "
        f"that a change made void are proposed again, {_RHYTHM}",
    )
    shrink_percent: int = Field(default=20, ge=0, le=100, description=_PERCENT)
    workers: int = Field(
        default=2, ge=1, le=32, description="a number of jobs at a time, 1 to 32"
    )
    tick_seconds: float = Field(
        default=5, ge=0.1, le=60, description="seconds between two looks at what is due"
    )
    lease_seconds: float = Field(
        default=90,
        ge=1,
        le=3600,
        description="seconds before another scheduler takes over from one that died",
    )
    grace_seconds: float = Field(
        default=30,
        ge=0,
        le=3600,
        description="seconds that jobs have to end when the scheduler is stopped",
    )
    sources: dict[str, SourceSchedule] = Field(
        default_factory=dict,
        description="tables [schedule.sources.<name>], one per source that differs",
    )
    jobs: dict[str, Rhythm] = Field(
        default_factory=dict,
        description=f"the rhythm of jobs of plugins, by name: {_RHYTHM}",
    )
    followups: dict[str, FollowUpSection] = Field(
        default_factory=dict,
        description="tables [schedule.followups.<name>], one per follow-up rule",
    )

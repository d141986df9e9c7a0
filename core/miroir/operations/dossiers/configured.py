"""The rules of dossiers, from the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from miroir.config.dossiers import CampaignSection
from miroir.config.settings import Settings
from miroir.dossier.assignment import Adviser
from miroir.dossier.model import Campaign, CampaignStep
from miroir.dossier.rules import Rules
from miroir.dossier.workdays import Workdays


def rules_of(settings: Settings) -> Rules:
    """How dossiers are worked under these settings."""
    section = settings.dossiers
    return Rules(
        lease=timedelta(minutes=section.lease_minutes),
        grace=timedelta(days=section.grace_days),
        adapt_within=timedelta(days=section.adapt_days),
        answer_within=section.answer_days,
        memory=timedelta(days=section.memory_days),
        immediate_gaps=section.immediate_gaps,
        tolerance=settings.gap.tolerance_cents,
        zone=ZoneInfo(section.zone),
        workdays=Workdays(section.region),
        remind_at=section.remind_at,
        advisers=tuple(
            Adviser(
                name=name,
                portfolio=frozenset(adviser.portfolio),
                skills=frozenset(adviser.skills),
                most=adviser.most,
                away_until=adviser.away_until,
            )
            for name, adviser in sorted(section.advisers.items())
        ),
        campaigns=_campaigns(settings.campaigns),
    )


def _campaigns(sections: Mapping[str, CampaignSection]) -> tuple[Campaign, ...]:
    return tuple(
        Campaign(
            name=name,
            exercice=section.exercice,
            selection=section.selection,
            opens_on=section.opens_on,
            closes_on=section.closes_on,
            steps=tuple(
                CampaignStep(name=step, on=day)
                for step, day in sorted(section.steps.items(), key=lambda each: each[1])
            ),
        )
        for name, section in sorted(sections.items())
    )

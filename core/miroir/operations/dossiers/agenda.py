"""What is to be done next, day by day and adviser by adviser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from miroir.dossier.reminders import Purpose
from miroir.operations.dossiers.desk import Desk
from miroir.synthesis.french import typographic


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do. `late`: its day is over."""

    key: str
    siren: str
    adviser: str
    due_at: datetime
    purpose: Purpose
    text: str
    late: bool


def next_actions(desk: Desk, *, adviser: str = "", days: int = 0) -> list[Action]:
    """What is due today or before, or within some days, the oldest first."""
    end = desk.rules.moment(desk.today + timedelta(days=days + 1))
    midnight = end.replace(hour=0, minute=0)
    dossiers = {line.dossier.id: line.dossier for line in desk.tables.worklists.lines()}
    found = []
    for reminder in desk.tables.reminders.to_come(until=midnight):
        dossier = dossiers.get(reminder.dossier)
        if dossier is None or adviser not in ("", dossier.adviser):
            continue
        found.append(
            Action(
                key=reminder.occurrence_key,
                siren=dossier.siren,
                adviser=dossier.adviser,
                due_at=reminder.due_at,
                purpose=reminder.purpose,
                text=typographic(reminder.text),
                late=desk.rules.today(reminder.due_at) < desk.today,
            )
        )
    return found


def campaign_progress(desk: Desk) -> list[tuple[str, ...]]:
    """For each campaign: exercice, end, signals, dossiers, open, by memory."""
    met = desk.tables.worklists.campaigns()
    known = {each.name: each for each in desk.tables.cases.campaigns()}
    known |= {each.name: each for each in desk.rules.campaigns}
    rows = []
    for name in sorted({*met, *known}):
        campaign, counts = known.get(name), met.get(name, (0, 0, 0, 0))
        exercice = str(campaign.exercice) if campaign and campaign.exercice else "—"
        end = campaign.closes_on if campaign else None
        closes = f"{end:%d/%m/%Y}" if end else "—"
        rows.append((name, exercice, closes, *map(str, counts)))
    return rows

"""The organisation's own choices about dossiers; the configuration gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from miroir.dossier.assignment import Adviser
from miroir.dossier.model import Campaign
from miroir.dossier.workdays import Workdays
from miroir.types.amounts import Cents
from miroir.types.diagnosis import TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How dossiers are worked here.

    `lease`: how long a claim holds without being renewed. `grace`: how long a
    declaration may take to reach us before a commitment is called missed.
    `adapt_within`: how far one person alone may put a commitment off.
    `immediate_gaps`: open gaps beyond which a client is answered later.
    `answer_within`: working days to answer a client. `memory`: how long a
    legitimate gap is remembered unless it is said otherwise.
    """

    lease: timedelta = timedelta(hours=2)
    grace: timedelta = timedelta(days=15)
    answer_within: int = 2
    memory: timedelta = timedelta(days=730)
    adapt_within: timedelta = timedelta(days=92)
    immediate_gaps: int = 20
    tolerance: Cents = TOLERANCE
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    workdays: Workdays = field(default_factory=Workdays)
    remind_at: time = time(9)
    advisers: tuple[Adviser, ...] = ()
    campaigns: tuple[Campaign, ...] = ()

    def today(self, now: datetime) -> date:
        """The local day of a moment."""
        return now.astimezone(self.zone).date()

    def moment(self, day: date) -> datetime:
        """When a reminder of that day comes due."""
        return datetime.combine(day, self.remind_at, self.zone)

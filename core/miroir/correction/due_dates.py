"""When a DSN can be deposited, and until when it can be replaced.

The monthly DSN of a month is due on the 5th or the 15th of the next one: the
5th from 50 employees paid within the month, the 15th otherwise (article
R.133-14 of the code de la sécurité sociale). A due date that is no working day
moves to the next one. The first deposit may come until noon of the due date, a
replacement (annule et remplace) until midnight of its eve (CT2025.1.3 §1.4.2).

Whoever needs dates takes the `Calendar` of an establishment: `calendars_of`
gives them for a company, and `Calendar.proposals` the dates that can be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from miroir.declaration.reading import MONTHLY
from miroir.types.adhesion import Headcount
from miroir.types.declaration import Declaration, DeclarationKind
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month

EARLY, LATE = 5, 15
FROM = 50
"""Employees from which the 5th is the rule."""
LATE_MONTHS = 3
"""A first deposit is taken up to three months late (CT2025.1.3 §1.4.3)."""
_SATURDAY = 5
_TERRITORIES = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "97133": "BL",
    "97150": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
"""Beginning of a postal code: the part of France with holidays of its own, as
`holidays` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A month, the day its DSN is due, the last day on which to send it.

    A first deposit is sent on the due date, before noon; a replacement on the
    eve, before midnight.
    """

    month: Month
    due: date
    send_by: date
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The due dates of one establishment.

    `day`: 5 or 15. `territory`: empty, or a part of France with holidays of its
    own. `why` says in French how the day is known.
    """

    day: int
    territory: str = ""
    why: str = ""

    def due(self, month: Month) -> date:
        """The day on which the DSN of a month is due, a working day."""
        following = month.next
        day = date(following.year, following.month, self.day)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def is_working_day(self, day: date) -> bool:
        """Neither Saturday, nor Sunday, nor a public holiday there."""
        return day.weekday() < _SATURDAY and day not in _holidays(
            self.territory, day.year
        )

    def replaceable_until(self, month: Month) -> date:
        """The eve of the due date: the last day of an annule et remplace."""
        return self.due(month) - timedelta(days=1)

    def can_replace(self, month: Month, on: date) -> bool:
        """Whether a DSN of this month may still be replaced on a day."""
        return on <= self.replaceable_until(month)

    def deposited_until(self, month: Month) -> date:
        """The last day on which a DSN that is missing is still taken."""
        late = month.next
        for _ in range(LATE_MONTHS):
            late = late.next
        return date(late.year, late.month, self.day)

    def open_month(self, on: date) -> Month:
        """The first month whose DSN is due after a day.

        On the due date itself it is too late to ask for anything: the deposit
        closes at noon.
        """
        month = Month.of(on).previous
        while self.due(month) <= on:
            month = month.next
        return month

    def deposit(self, month: Month) -> Deposit:
        due = self.due(month)
        return Deposit(month=month, due=due, send_by=due)

    def replacement(self, month: Month) -> Deposit:
        return Deposit(
            month=month,
            due=self.due(month),
            send_by=self.replaceable_until(month),
            replaces=True,
        )

    def proposals(self, on: date, count: int = 3) -> Sequence[Deposit]:
        """The next deposits that can be promised on a day, soonest first."""
        return tuple(islice(self._following(on), count))

    def _following(self, on: date) -> Iterator[Deposit]:
        month = self.open_month(on)
        while True:
            yield self.deposit(month)
            month = month.next


def calendars_of(company: CompanyView) -> Mapping[str, Calendar]:
    """The calendar of each establishment, by SIRET, from what is declared."""
    by_siret: dict[str, list[Declaration]] = {}
    monthly = [one for one in company.current if one.nature == MONTHLY]
    for declaration in monthly:
        by_siret.setdefault(declaration.siret, []).append(declaration)
    found = {}
    for siret, own in sorted(by_siret.items()):
        day, why = _practice(company, siret, own, monthly)
        found[siret] = Calendar(day=day, territory=territory_of(own[-1]), why=why)
    return found


def territory_of(declaration: Declaration) -> str:
    """By the postal code of the establishment (11.004); empty: none known."""
    found = declaration.employer()
    return _territory(found[1].get("004") or "") if found else ""


def _territory(postal_code: str) -> str:
    """The longest beginning that is known wins: 97133 before 971."""
    for length in (5, 3, 2):
        if postal_code[:length] in _TERRITORIES:
            return _TERRITORIES[postal_code[:length]]
    return ""


def _practice(
    company: CompanyView,
    siret: str,
    own: Sequence[Declaration],
    monthly: Sequence[Declaration],
) -> tuple[int, str]:
    """The day that an establishment follows, and why: what it does says more
    than its headcount, which the DSN has no longer told since 2026."""
    if _usual(_filed_late(one) for one in own):
        return LATE, "DSN déposées après le 5"
    if _usual(_paid_later(one) for one in own):
        return LATE, "salaires versés après la fin du mois"
    known = _headcount(company, siret, own)
    if known is not None:
        return (EARLY if known is Headcount.FROM_50 else LATE), _SIZES[known]
    counted = _counted(monthly)
    if counted >= FROM:
        return EARLY, f"{counted} salariés comptés dans les DSN"
    return LATE, "moins de 50 salariés comptés dans les DSN"


_SIZES = {
    Headcount.FROM_50: "50 salariés et plus",
    Headcount.UNDER_50: "moins de 50 salariés",
}


def _usual(signs: Iterable[bool]) -> bool:
    seen = list(signs)
    return 2 * sum(seen) > len(seen)


def _filed_late(declaration: Declaration) -> bool:
    """Made (05.007) in the days that only the 15th allows."""
    if declaration.filed_on is None or declaration.kind is not DeclarationKind.NORMAL:
        return False
    month = declaration.period
    if declaration.filed_on < month.next.first + timedelta(days=EARLY):
        return False  # early whatever the holidays, which are long to import
    first, last = (Calendar(day=day).due(month) for day in (EARLY, LATE))
    return first < declaration.filed_on <= last


def _paid_later(declaration: Declaration) -> bool:
    """Most of its employees are paid (50.001) in the following month."""
    last = f"{declaration.period.last:%Y%m%d}"
    days = {day: n for day, n in declaration.pay_days().items() if len(day) == 8}
    later = sum(n for day, n in days.items() if day[4:] + day[2:4] + day[:2] > last)
    return 2 * later > sum(days.values())


def _headcount(
    company: CompanyView, siret: str, own: Sequence[Declaration]
) -> Headcount | None:
    day = own[-1].period.last
    for condition in company.conditions:
        here = condition.siret in ("", siret) and condition.covers(day)
        if here and condition.headcount is not None:
            return condition.headcount
    for declaration in reversed(own):
        employer = declaration.employer()
        # 06.009 until P25V01: the headcount of the company on 31 December.
        told = (employer[0].get("009") if employer else None) or ""
        if told.isdigit():
            return Headcount.FROM_50 if int(told) >= FROM else Headcount.UNDER_50
    return None


def _counted(monthly: Iterable[Declaration]) -> int:
    """Employees of the month that has most, all establishments together."""
    people: dict[Month, set[object]] = {}
    for declaration in monthly:
        found = people.setdefault(declaration.period, set())
        found.update(employee.person for employee in declaration.employees)
    return max((len(found) for found in people.values()), default=0)


@lru_cache(maxsize=256)
def _holidays(territory: str, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("FR", territory or None, years=year))

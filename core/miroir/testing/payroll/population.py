"""Careers that a company may hold, each with its own difficulty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from miroir.testing.payroll.model import Contract, Pay, Status, month_days
from miroir.testing.payroll.parameters import (
    FULL_TIME_HOURS,
    PMSS,
    smic_monthly,
)
from miroir.testing.payroll.rounding import divide


@dataclass(frozen=True, slots=True)
class Scene:
    """The year that is simulated, January to `months`."""

    random: Random
    year: int
    months: int

    def wage(self, low: int, high: int) -> int:
        """A monthly wage between two percentages of the ceiling."""
        ten_thousandths = self.random.randrange(low * 100, high * 100)
        return divide(PMSS[self.year] * ten_thousandths, 10_000)

    def hired_before(self) -> date:
        year = self.random.randrange(self.year - 8, self.year)
        return date(year, self.random.randrange(1, 13), 1)

    def odd_month(self) -> int:
        """A month that is not of 30 days, not January when there are others."""
        wanted = [m for m in range(2, self.months + 1) if self.days(m) != 30]
        return self.random.choice(wanted or [1])

    def days(self, month: int) -> int:
        return month_days(self.year, month)

    def steady(self, wage: int) -> dict[int, Pay]:
        return {month: Pay(wage=wage) for month in range(1, self.months + 1)}


Career = Callable[[Scene], tuple[Contract, ...]]


def _steady(
    scene: Scene,
    wage: int,
    status: Status,
    hours: int = FULL_TIME_HOURS,
    prorated: bool = True,
) -> tuple[Contract, ...]:
    contract = Contract(
        number="00001",
        start=scene.hired_before(),
        status=status,
        hours=hours,
        prorated=prorated,
        pays=scene.steady(wage),
    )
    return (contract,)


def cadre(scene: Scene) -> tuple[Contract, ...]:
    return _steady(scene, scene.wage(115, 240), Status.CADRE)


def well_paid(scene: Scene) -> tuple[Contract, ...]:
    """Beyond the general reduction of every year."""
    return _steady(scene, scene.wage(160, 240), Status.CADRE)


def top(scene: Scene) -> tuple[Contract, ...]:
    """Beyond 4 ceilings."""
    return _steady(scene, scene.wage(450, 700), Status.CADRE)


def extension(scene: Scene) -> tuple[Contract, ...]:
    return _steady(scene, scene.wage(70, 112), Status.EXTENSION)


def employee(scene: Scene) -> tuple[Contract, ...]:
    wage = max(scene.wage(46, 97), smic_monthly(scene.year, scene.months))
    return _steady(scene, wage, Status.NON_CADRE)


def part_timer(scene: Scene) -> tuple[Contract, ...]:
    """80 %, the pay above the reduced ceiling."""
    return _steady(scene, scene.wage(84, 98), Status.NON_CADRE, 12134)


def renounced(scene: Scene) -> tuple[Contract, ...]:
    """80 % with the whole ceiling, by agreement (possible since 09/2023)."""
    return _steady(scene, scene.wage(84, 112), Status.CADRE, 12134, prorated=False)


def several_employers(scene: Scene) -> tuple[Contract, ...]:
    """Half of a ceiling that another employer has the other half of."""
    (contract,) = _steady(scene, scene.wage(62, 90), Status.CADRE)
    return (replace(contract, ceiling_share=50),)


def bonus(scene: Scene) -> tuple[Contract, ...]:
    """A bonus that the months below the ceiling absorb, all or part of it."""
    wage, month = scene.wage(82, 95), scene.random.randrange(2, scene.months + 2)
    month = min(month, scene.months)
    pays = scene.steady(wage)
    pays[month] = Pay(wage=wage, bonus=scene.wage(70, 160))
    start = scene.hired_before()
    return (Contract(number="00001", start=start, status=Status.CADRE, pays=pays),)


def january_bonus(scene: Scene) -> tuple[Contract, ...]:
    """Above the ceiling in January, under it after: T2 comes back negative."""
    wage = scene.wage(93, 98)
    pays = scene.steady(wage)
    pays[1] = Pay(wage=wage, bonus=divide(PMSS[scene.year] * 3, 4))
    start = scene.hired_before()
    return (Contract(number="00001", start=start, status=Status.CADRE, pays=pays),)


def entry(scene: Scene) -> tuple[Contract, ...]:
    """Hired inside a month, above the ceiling."""
    wage, month = scene.wage(125, 190), scene.odd_month()
    start = date(scene.year, month, scene.random.randrange(9, 23))
    days = scene.days(month)
    pays = {m: Pay(wage=wage) for m in range(month, scene.months + 1)}
    pays[month] = Pay(wage=divide(wage * (days - start.day + 1), days))
    return (Contract(number="00001", start=start, status=Status.CADRE, pays=pays),)


def leaver(scene: Scene) -> tuple[Contract, ...]:
    """Leaves inside a month, above the ceiling."""
    wage, month = scene.wage(125, 190), scene.odd_month()
    end = date(scene.year, month, scene.random.randrange(9, 23))
    pays = {m: Pay(wage=wage) for m in range(1, month + 1)}
    pays[month] = Pay(wage=divide(wage * end.day, scene.days(month)))
    contract = Contract(
        number="00001",
        start=scene.hired_before(),
        end=end,
        status=Status.CADRE,
        pays=pays,
    )
    return (contract,)


def absent(scene: Scene) -> tuple[Contract, ...]:
    """Some whole days unpaid in one month."""
    wage, month = scene.wage(125, 190), scene.odd_month()
    away, days = scene.random.randrange(3, 12), scene.days(month)
    first = date(scene.year, month, scene.random.randrange(2, 15))
    pays = scene.steady(wage)
    pays[month] = Pay(
        wage=divide(wage * (days - away), days),
        absence=(first, first + timedelta(days=away - 1)),
    )
    start = scene.hired_before()
    return (Contract(number="00001", start=start, status=Status.CADRE, pays=pays),)


def _apprentice(scene: Scene, start: date) -> tuple[Contract, ...]:
    percent = scene.random.randrange(53, 82)
    wage = divide(smic_monthly(scene.year, 1) * percent, 100)
    contract = Contract(
        number="00001", start=start, apprentice=True, pays=scene.steady(wage)
    )
    return (contract,)


def apprentice(scene: Scene) -> tuple[Contract, ...]:
    """Contract of the last autumn: threshold of 50 % since March 2025."""
    return _apprentice(scene, date(scene.year - 1, 9, 1))


def old_apprentice(scene: Scene) -> tuple[Contract, ...]:
    """Threshold of 79 %."""
    return _apprentice(scene, date(min(scene.year - 1, 2024), 10, 1))


def promoted(scene: Scene) -> tuple[Contract, ...]:
    """Cadre from a day inside a month (block 41)."""
    month = min(2, scene.months)
    contract = Contract(
        number="00001",
        start=scene.hired_before(),
        status=Status.CADRE,
        cadre_since=date(scene.year, month, 15),
        pays=scene.steady(scene.wage(85, 98)),
    )
    return (contract,)


def two_contracts(scene: Scene) -> tuple[Contract, ...]:
    """A fixed-term contract ends inside a month, another follows it."""
    month = min(2, scene.months)
    wage, days = scene.wage(70, 95), scene.days(month)
    first = {m: Pay(wage=wage) for m in range(1, month + 1)}
    first[month] = Pay(wage=divide(wage * 12, days))
    second = {m: Pay(wage=wage) for m in range(month, scene.months + 1)}
    second[month] = Pay(wage=divide(wage * (days - 15), days))
    return (
        Contract(
            number="00001",
            start=scene.hired_before(),
            end=date(scene.year, month, 12),
            pays=first,
        ),
        Contract(number="00002", start=date(scene.year, month, 16), pays=second),
    )

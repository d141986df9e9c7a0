"""Employees with right payslips, and a few wrong ones, by seed.

The payroll simulator of `miroir.testing` makes them: it shares no rule with
what is measured, so that the gaps to find are known. The mix follows the
country's: 18 % of cadres, 18 % of part-timers, 3 % of entries, of exits, of
absences, of bonuses and of apprentices; 1.5 % of wrong payslips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from miroir.testing.payroll import (
    Adhesion,
    Fault,
    Habits,
    SimulatedCompany,
    build,
    population,
    simulate,
)
from miroir.testing.payroll.population import Career, Scene

YEAR = 2026
WRONG = 0.015
_CAUSE = "CEG_ABSENTE"
_TOLERANCE = 5
_SHARES: tuple[tuple[Career, int], ...] = (
    (population.cadre, 170),
    (population.employee, 480),
    (population.extension, 20),
    (population.part_timer, 180),
    (population.entry, 30),
    (population.leaver, 30),
    (population.absent, 30),
    (population.bonus, 30),
    (population.apprentice, 25),
    (population.top, 3),
    (population.promoted, 1),
    (population.two_contracts, 1),
)
_EMPLOYEE = re.compile(rb"^S21\.G00\.30\.001,'([0-9AB]{13})'", re.MULTILINE)
_TOTAL = re.compile(rb"^S90\.G00\.90\.001,", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFile:
    """One month of one company: its bytes cut around its employees.

    `employees`: the lines of each, by NIR. `gaps`: how many employees have a
    gap beyond the tolerance.
    """

    siren: str
    head: bytes
    employees: Mapping[bytes, bytes]
    gaps: int


def company(seed: int, employees: int, months: int) -> list[MonthFile]:
    """The files of one company, January to `months`."""
    random = Random(f"{seed}/{employees}/{months}")
    careers, weights = zip(*_SHARES, strict=True)
    chosen = random.choices(careers, weights, k=employees)
    made = build(random, Scene(random, YEAR, months), chosen, Adhesion())
    everybody = tuple(each for each in made.people if each.has_nir)
    made = replace(made, people=everybody)
    wrong = frozenset(each.number for each in everybody if random.random() < WRONG)
    faults = [Fault(name=_CAUSE, people=wrong)] if wrong else []
    habits = Habits(base_02_first=random.random() < 0.5, crlf=True)
    return list(_months(simulate(made, YEAR, months, habits, faults)))


def _months(made: SimulatedCompany) -> Iterator[MonthFile]:
    for month, (_, content) in enumerate(made.files, start=1):
        starts = [(found.start(), found[1]) for found in _EMPLOYEE.finditer(content)]
        ends = [start for start, _ in starts[1:]]
        ends.append(next(_TOTAL.finditer(content)).start())
        yield MonthFile(
            siren=made.siren,
            head=content[: starts[0][0]],
            employees={
                nir: content[start:end]
                for (start, nir), end in zip(starts, ends, strict=True)
            },
            gaps=_gaps(made, month),
        )


def _gaps(made: SimulatedCompany, month: int) -> int:
    period = f"{made.year}-{month:02d}"
    return sum(
        abs(amount) > _TOLERANCE
        for (_, attached), amount in made.expected_gaps.items()
        if attached == period
    )


def sizes(random: Random, count: int) -> Sequence[int]:
    """3 to 50 employees, 12 on average, as small companies are."""
    return [3 + min(int(random.expovariate(1 / 9.5)), 47) for _ in range(count)]

"""Whole companies by seed: who works there, which habits, which error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from miroir.testing.payroll import population
from miroir.testing.payroll.causes import CAUSES, EMPLOYEES, Cause
from miroir.testing.payroll.ledger import Fault
from miroir.testing.payroll.model import Adhesion, Company, Delivery, Habits, Person
from miroir.testing.payroll.people import make_person, make_siren, make_siret
from miroir.testing.payroll.population import Career, Scene
from miroir.testing.payroll.rules import RIGHT
from miroir.testing.payroll.simulation import SimulatedCompany, simulate

INSTITUTION = "30558637200321"
"""Public SIRET of a group of social protection, as a payment names it."""

_ORDINARY: tuple[Career, ...] = (
    population.cadre,
    population.cadre,
    population.cadre,
    population.employee,
    population.employee,
    population.employee,
    population.employee,
    population.extension,
)
_HARDER: tuple[Career, ...] = (
    population.bonus,
    population.part_timer,
    population.entry,
    population.leaver,
    population.absent,
    population.apprentice,
    population.old_apprentice,
    population.promoted,
    population.two_contracts,
    population.top,
    population.january_bonus,
)


def make_habits(random: Random) -> Habits:
    """Any payroll that is right."""

    def some() -> bool:
        return random.random() < 0.5

    return Habits(
        base_02_first=some(),
        cet_shared=some(),
        contract_in_base=some(),
        ceiling_days=random.random() < 0.8,
        crlf=some(),
        final_newline=some(),
        encoding=random.choice(("iso-8859-1", "utf-8", "cp1252")),
        employer_parts=some(),
        apec_by_share=some(),
        global_rates=some(),
        reduction_cumulated=random.random() < 0.7,
        apprentice_net=some(),
        code_105=some(),
        other_payments=some(),
        software=random.choice(("PAIE EXEMPLE", "SALAIRES FICTIFS", "PAYE DÉMO")),
    )


def make_company(
    seed: int,
    year: int,
    months: int,
    employees: int,
    habits: Habits | None = None,
    cause: str | None = None,
    *,
    establishments: int = 1,
    simple: bool = False,
    delivery: Delivery | None = None,
) -> SimulatedCompany:
    """One company, January to `months`, with one error or none.

    `simple`: only whole months, full time, steady pay beside the people that
    the cause needs. Raises ValueError when the cause cannot show there.
    """
    # Not hash(): it changes from one run to the next for a text.
    random = Random(f"{seed}/{year}/{months}/{employees}/{cause}")
    known = CAUSES[cause] if cause else Cause(scope="none")
    habits = _needed(habits or make_habits(random), known)
    careers = _careers(random, known, employees, simple)
    company = build(
        random, Scene(random, year, months), careers, known.adhesion, establishments
    )
    faults = [_fault(cause, known, company)] if cause else []
    made = simulate(company, year, months, habits, faults, delivery)
    if cause and known.rules != RIGHT and not made.expected_gaps:
        raise ValueError(f"{cause} cannot show in {months} months of {year}")
    return made


def _needed(habits: Habits, cause: Cause) -> Habits:
    """Some errors only show under some habits."""
    return replace(
        habits,
        ceiling_days=habits.ceiling_days or cause.needs_ceiling_days,
        employer_parts=habits.employer_parts or cause.needs_employer_parts,
    )


def _careers(
    random: Random, cause: Cause, employees: int, simple: bool
) -> list[Career]:
    wanted = list(cause.careers)
    if len(wanted) > employees:
        raise ValueError(f"this cause needs {len(wanted)} employees at least")
    others = _ORDINARY if simple else _ORDINARY + _HARDER
    return wanted + [random.choice(others) for _ in range(employees - len(wanted))]


def build(
    random: Random,
    scene: Scene,
    careers: Sequence[Career],
    adhesion: Adhesion,
    establishments: int = 1,
) -> Company:
    """A company whose people follow `careers`, in this order."""
    siren = make_siren(random)
    sirets = tuple(make_siret(siren, n + 1) for n in range(establishments))
    people: list[Person] = []
    for rank, career in enumerate(careers, start=1):
        siret = sirets[rank % establishments]
        has_nir = random.random() > 0.03
        people.append(make_person(random, rank, siret, career(scene), has_nir))
    return Company(
        siren=siren,
        sirets=sirets,
        name="SOCIÉTÉ FICTIVE",
        idcc=random.choice(("1486", "2216", "1979", "0573")),
        from_50=random.random() < 0.5,
        institution=INSTITUTION,
        adhesion=adhesion,
        people=tuple(people),
    )


def _fault(name: str, cause: Cause, company: Company) -> Fault:
    """The people that the cause named first are the ones concerned."""
    concerned = company.people[: len(cause.careers)]
    numbers = frozenset(person.number for person in concerned)
    some = cause.scope == EMPLOYEES or cause.late_pay
    return Fault(name=name, people=numbers if some else None)

"""Whole companies by seed: who works there, which habits, which error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from miroir.testing.payroll import population
from miroir.testing.payroll.beside import EVERY_CAUSE
from miroir.testing.payroll.cause import EMPLOYEES, Cause
from miroir.testing.payroll.ledger import Fault
from miroir.testing.payroll.mixtures import adhesion_of, refuse_clashes, refuse_hidden
from miroir.testing.payroll.model import Adhesion, Company, Delivery, Habits, Person
from miroir.testing.payroll.people import make_person, make_siren, make_siret
from miroir.testing.payroll.population import Career, Scene
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
    causes = (cause,) if cause else ()
    return make_mixture(
        seed,
        year,
        months,
        employees,
        causes,
        habits,
        establishments=establishments,
        simple=simple,
        delivery=delivery,
    )


def make_mixture(
    seed: int,
    year: int,
    months: int,
    employees: int,
    causes: Sequence[str],
    habits: Habits | None = None,
    *,
    establishments: int = 1,
    simple: bool = False,
    delivery: Delivery | None = None,
) -> SimulatedCompany:
    """One company with several errors at once: those of the whole company
    touch everybody, those of some employees their own people.

    Raises ValueError when one of them cannot show there: two that say the
    same thing differently, one that hides another, not enough people.
    """
    # Not hash(): it changes from one run to the next for a text.
    mark = "+".join(causes) or None
    random = Random(f"{seed}/{year}/{months}/{employees}/{mark}")
    known = [EVERY_CAUSE[cause] for cause in causes]
    refuse_clashes(causes)
    for name, cause in zip(causes, known, strict=True):
        if months < cause.months:
            raise ValueError(f"{name} cannot show in {months} months of {year}")
    habits = _needed(habits or make_habits(random), known)
    careers = _careers(random, known, employees, simple)
    scene = Scene(random, year, months)
    places = max([establishments, *(cause.establishments for cause in known)])
    company = build(random, scene, careers, adhesion_of(known), places)
    made = simulate(company, year, months, habits, _faults(causes, company), delivery)
    refuse_hidden(made, delivery)
    return made


def _needed(habits: Habits, causes: Sequence[Cause]) -> Habits:
    """Some errors only show under some habits."""
    return replace(
        habits,
        ceiling_days=habits.ceiling_days or any(c.needs_ceiling_days for c in causes),
        employer_parts=habits.employer_parts
        or any(c.needs_employer_parts for c in causes),
    )


def _careers(
    random: Random, causes: Sequence[Cause], employees: int, simple: bool
) -> list[Career]:
    wanted = [career for cause in causes for career in cause.careers]
    if len(wanted) > employees:
        raise ValueError(f"it needs {len(wanted)} employees at least")
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


def _faults(causes: Sequence[str], company: Company) -> list[Fault]:
    """The people that each cause named are the ones that it concerns."""
    found, first = [], 0
    for name in causes:
        cause = EVERY_CAUSE[name]
        last = first + len(cause.careers)
        concerned = frozenset(p.number for p in company.people[first:last])
        some = cause.scope == EMPLOYEES or cause.late_pay
        found.append(Fault(name=name, people=concerned if some else None))
        first = last
    return found

"""Which employees of an establishment are studied: largest, each cause, at random.

The draw is the same for the same gaps, on any machine and in any order: what
stands for chance is a hash of the establishment, its months and the employee.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from miroir.diagnostic.ranking import BACKGROUND
from miroir.diagnostic.uncovered import doubtful
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, Diagnosis, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month
from miroir.types.sampling import Drawn, EstablishmentGaps, Sample, SampleSize, Studied

OWN_POLICY = "miroir"


def establishments(
    company: CompanyView, diagnoses: Sequence[Diagnosis], configured: SampleSize
) -> Iterator[ToDraw]:
    """The establishments with gaps, by SIRET."""
    by_siret: dict[str, list[MirrorLine]] = defaultdict(list)
    for line in company.gaps:
        by_siret[line.siret].append(line)
    for siret, lines in sorted(by_siret.items()):
        periods = tuple(sorted({line.period for line in lines}))
        employees = _employees(siret, periods, lines, diagnoses)
        gaps = EstablishmentGaps(
            siren=company.siren,
            siret=siret,
            periods=periods,
            employees=len(employees),
            lines=len(lines),
            amount=sum(one.amount for one in employees),
            causes=Counter(cause for one in employees for cause in one.causes),
            configured=configured,
        )
        yield ToDraw(gaps, employees)


def drawn(to_draw: ToDraw, size: SampleSize, policy: str) -> Sample:
    """The sample of an establishment; `policy` named its size."""
    return _sample(to_draw.gaps, to_draw.employees, size, policy)


@dataclass(frozen=True, slots=True)
class _Employee:
    """The gaps of one employee, all months and contracts together.

    `sure`: an established cause explains them.
    """

    person: PersonNumber
    chance: str
    amount: Cents
    causes: tuple[str, ...]
    sure: bool

    def drawn(self, why: Drawn) -> Studied:
        return Studied(
            person=self.person,
            amount=self.amount,
            causes=self.causes,
            drawn=why,
        )


@dataclass(frozen=True, slots=True)
class ToDraw:
    """One establishment before its sample is drawn."""

    gaps: EstablishmentGaps
    employees: Sequence[_Employee]


def _employees(
    siret: str,
    periods: Sequence[Month],
    lines: Iterable[MirrorLine],
    diagnoses: Sequence[Diagnosis],
) -> list[_Employee]:
    """Those with a gap, the largest first; chance parts the equal ones."""
    amounts: Counter[PersonNumber] = Counter()
    for line in lines:
        amounts[line.person] += abs(line.gap.total)
    concerning = _concerning(diagnoses)
    seed = _seed(siret, periods)
    employees = [
        _Employee(
            person=person,
            # Only its hash is kept, and it never leaves the draw.
            chance=_hash(f"{seed}|{person.reveal()}"),
            amount=amount,
            causes=tuple(one.cause.id for one in concerning[person]),
            sure=any(
                one.finding.status is Status.ESTABLISHED for one in concerning[person]
            ),
        )
        for person, amount in amounts.items()
    ]
    return sorted(employees, key=lambda one: (-one.amount, one.chance))


def _concerning(
    diagnoses: Iterable[Diagnosis],
) -> Mapping[PersonNumber, Sequence[Diagnosis]]:
    """The diagnoses that say why an employee has a gap, in the order of ranks."""
    found: dict[PersonNumber, list[Diagnosis]] = defaultdict(list)
    for one in sorted(diagnoses, key=lambda diagnosis: diagnosis.rank):
        if one.cause.id in BACKGROUND or one.finding.status is Status.LEGITIMATE:
            continue
        for person in set(one.finding.persons):
            found[person].append(one)
    return found


def _seed(siret: str, periods: Sequence[Month]) -> str:
    return _hash(f"{siret}|{periods[0]}|{periods[-1]}")[:16]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sample(
    gaps: EstablishmentGaps,
    employees: Sequence[_Employee],
    size: SampleSize,
    policy: str,
) -> Sample:
    studied: dict[_Employee, Drawn]
    if len(employees) <= size.all_below:
        studied = dict.fromkeys(employees, Drawn.ALL)
    else:
        studied = dict(_stratified(employees, size))
    tail = [one for one, why in studied.items() if why is Drawn.RANDOM]
    left = [one for one in employees if one not in studied]
    amount, bound = doubtful(
        [one.amount for one in left],
        drawn=len(tail),
        doubted=sum(not one.sure for one in tail),
        confidence=size.confidence,
    )
    return Sample(
        siret=gaps.siret,
        periods=gaps.periods,
        policy=policy,
        size=size,
        seed=_seed(gaps.siret, gaps.periods),
        employees=gaps.employees,
        amount=gaps.amount,
        studied=tuple(one.drawn(why) for one, why in studied.items()),
        doubtful_amount=amount,
        doubtful_bound=bound,
    )


def _stratified(
    employees: Sequence[_Employee], size: SampleSize
) -> Iterator[tuple[_Employee, Drawn]]:
    """The largest, then those that each cause still lacks, then a random tail."""
    taken = set(employees[: size.largest])
    yield from ((one, Drawn.LARGEST) for one in employees[: size.largest])
    for stratum in _strata(employees):
        missing = size.per_cause - sum(one in taken for one in stratum)
        more = [one for one in stratum if one not in taken][: max(missing, 0)]
        taken.update(more)
        yield from ((one, Drawn.CAUSE) for one in more)
    rest = [one for one in employees if one not in taken]
    rest.sort(key=lambda one: one.chance)
    yield from ((one, Drawn.RANDOM) for one in rest[: size.random])


def _strata(employees: Iterable[_Employee]) -> Iterable[Sequence[_Employee]]:
    """The employees of each cause, and those that no cause concerns."""
    strata: dict[str, list[_Employee]] = defaultdict(list)
    for one in employees:
        for cause in one.causes or ("",):
            strata[cause].append(one)
    return [strata[cause] for cause in sorted(strata)]

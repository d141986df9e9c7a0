"""What the declarations of a company show, category by category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from miroir.recomputation.facts import NO_CATEGORY
from miroir.types.adhesion import AdhesionCondition
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month

SHOWN = 5
"""Lines of files that are shown for one fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one category (40.003) of one establishment, by month."""

    siret: str
    category: str
    lines: tuple[MirrorLine, ...] = field(repr=False)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(sorted({line.period for line in self.lines}))

    @property
    def employees(self) -> int:
        return len({line.person for line in self.lines})

    @property
    def hired(self) -> date:
        """The first day of the oldest contract."""
        return min(
            line.contract_state.start
            for line in self.lines
            if line.contract_state is not None
        )

    def evidence(
        self, number: str = "003", months: Iterable[Month] | None = None
    ) -> tuple[Evidence, ...]:
        """Where rubriques of block 40 were declared, one line by employee."""
        wanted = None if months is None else set(months)
        lines = [each for each in self.lines if wanted is None or each.period in wanted]
        return tuple(islice(_contracts(lines, number), SHOWN))


def _contracts(lines: Sequence[MirrorLine], number: str) -> Iterator[Evidence]:
    seen = set()
    for line in lines:
        contract = line.contract_state
        if contract is None or line.person in seen:
            continue
        for part in line.parts:
            if any(own is contract for own in part.employee.contracts):
                seen.add(line.person)
                yield part.declaration.evidence(contract.block, number)
                break


def groups(company: CompanyView) -> tuple[Group, ...]:
    """Every category of every establishment that a rule applies to, in order.

    Contracts without a category (98, 99) are computed under another one and
    belong to none.
    """
    found: dict[tuple[str, str], list[MirrorLine]] = defaultdict(list)
    for line in company.mirror:
        contract = line.contract_state
        if line.computed and contract and contract.status not in NO_CATEGORY:
            found[line.siret, contract.status].append(line)
    return tuple(
        Group(siret=siret, category=category, lines=tuple(found[siret, category]))
        for siret, category in sorted(found)
    )


def headcounts(company: CompanyView) -> Mapping[Month, int]:
    """Employees declared by the company each month; the average number of the
    year (L.130-1 CSS) is not in the DSN."""
    persons: dict[Month, set[object]] = defaultdict(set)
    for declaration in company.current:
        persons[declaration.period].update(
            employee.person for employee in declaration.employees
        )
    return {month: len(persons[month]) for month in sorted(persons)}


_COLUMNS = {
    "category": "categorie",
    "rate_t1": "taux_calcul_t1",
    "rate_t2": "taux_calcul_t2",
    "employer_share": "part_employeur",
    "valid_from": "date_effet",
    "valid_until": "date_fin",
    "idcc": "idcc",
    "institution": "siret_institution",
    "periodicity": "periodicite",
    "headcount": "effectif",
    "guarantees": "garanties",
    "siret": "siret",
}


def row_evidence(condition: AdhesionCondition, field: str) -> tuple[Evidence, ...]:
    """Where the contract says it; nothing when it came without a file."""
    if not condition.file:
        return ()
    value = getattr(condition, field)
    if isinstance(value, tuple):
        value = " ".join(value)
    return (
        Evidence(
            file=condition.file,
            line=condition.line,
            rubrique=_COLUMNS[field],
            value="" if value is None else str(value),
        ),
    )

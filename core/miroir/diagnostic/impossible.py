"""Bases that cannot be: over the year, more under the ceiling than in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from miroir.diagnostic.findings import bases_evidence, finding_on
from miroir.recomputation.facts import CAPPED, UNCAPPED
from miroir.types.amounts import Cents
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.diagnosis import CompanyView, Finding, Scope

CAUSES = ("BASE_03_INFERIEURE_A_LA_BASE_02",)
CENT: Cents = 1


def examine(company: CompanyView) -> Sequence[Finding]:
    """The months from which the sums of a year contradict each other."""
    lines = [line for year in _years(company.mirror) for line in _contradicted(year)]
    if not lines:
        return []
    evidence = [
        piece for line in lines for piece in bases_evidence(line, (CAPPED, UNCAPPED))
    ]
    return [
        finding_on(
            "BASE_03_INFERIEURE_A_LA_BASE_02",
            lines,
            company,
            scope=Scope.EMPLOYEES,
            evidence=evidence,
        )
    ]


def _years(mirror: Iterable[MirrorLine]) -> Iterable[Sequence[MirrorLine]]:
    years: dict[tuple[object, ...], list[MirrorLine]] = defaultdict(list)
    for line in sorted(mirror, key=lambda line: line.period):
        key = (line.siret, line.person, line.contract, line.period.year)
        years[key].append(line)
    return years.values()


def _contradicted(year: Sequence[MirrorLine]) -> Iterator[MirrorLine]:
    """A month alone may give back a tranche; the sum since January cannot.

    Without all the months before, or with a base 03 left out, nothing is said.
    """
    capped: Cents = 0
    whole: Cents = 0
    for line in year:
        if line.calculation.basis is not Basis.CUMULATED:
            return
        if line.declared_t1 and not line.declared_gross:
            return
        capped += line.declared_t1
        whole += line.declared_gross
        if capped > whole + CENT and line.declared_t1 > line.declared_gross:
            yield line

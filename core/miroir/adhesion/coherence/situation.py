"""What the checks look at: a company, its contract, the rules of the GPS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from miroir.adhesion.declared import Group, groups, headcounts
from miroir.adhesion.menu import Menu
from miroir.types.adhesion import AdhesionCondition
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`company.conditions` is the contract that is examined.

    `groups`: categories as declared. `covered`: the lines that each row key
    (SIRET, category) of the contract gave rates to; an empty SIRET stands for
    every establishment.
    """

    company: CompanyView
    menu: Menu
    today: date
    groups: tuple[Group, ...] = field(repr=False)
    covered: tuple[Group, ...] = field(repr=False)
    headcounts: Mapping[Month, int] = field(repr=False)

    @classmethod
    def of(cls, company: CompanyView, menu: Menu, today: date) -> Self:
        return cls(
            company=company,
            menu=menu,
            today=today,
            groups=groups(company),
            covered=_covered(company),
            headcounts=headcounts(company),
        )

    @property
    def contract(self) -> tuple[AdhesionCondition, ...]:
        return self.company.conditions

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month declared, in order."""
        return tuple(self.headcounts)

    @property
    def sirets(self) -> tuple[str, ...]:
        """The establishments declared, in order."""
        return tuple(sorted({each.siret for each in self.company.current}))

    def row(self, siret: str, category: str, day: date) -> AdhesionCondition | None:
        """The row that holds for an establishment and a category on a day."""
        for each in self.contract:
            here = each.siret in ("", siret) and each.category == category
            if here and each.covers(day):
                return each
        return None


def _covered(company: CompanyView) -> tuple[Group, ...]:
    found: dict[tuple[str, str], list[MirrorLine]] = defaultdict(list)
    for line in company.mirror:
        row, contract = line.calculation.condition, line.contract_state
        # 98 and 99 are computed under the row of another category.
        if row is not None and contract and contract.status == row.category:
            found[row.siret, row.category].append(line)
    return tuple(
        Group(siret=siret, category=category, lines=tuple(found[siret, category]))
        for siret, category in sorted(found)
    )

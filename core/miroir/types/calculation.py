"""What was due for one employee and month, and how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.declaration import Base, Contract, Declaration, Employee
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


class Basis(StrEnum):
    """What a month could be judged on."""

    CUMULATED = "cumul"
    """Every month since January, or since the hire, is at hand."""
    DECLARED_BASES = "declared_bases"
    """Earlier months are missing: the declared bases are taken as they are."""
    ESTIMATED = "estimated"
    """Earlier months are missing, and no past explains the declared bases: the
    missing months are counted at the person's usual pay."""
    NOT_COMPUTED = "not_computed"
    """No rule applies (beyond the parameters' horizon, no RUAA…)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of an explanation: `amount` in cents, or a number of `unit`."""

    label: str
    amount: Cents
    rule: str
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Contributions by code of block 81, in cents, reductions negative."""

    c131: Cents = 0
    c132: Cents = 0
    c106: Cents = 0

    @property
    def total(self) -> Cents:
        return self.c131 + self.c132 + self.c106

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(
            c131=self.c131 - other.c131,
            c132=self.c132 - other.c132,
            c106=self.c106 - other.c106,
        )

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            c131=self.c131 + other.c131,
            c132=self.c132 + other.c132,
            c106=self.c106 + other.c106,
        )

    def by_code(self) -> Mapping[str, Cents]:
        return {"131": self.c131, "132": self.c132, "106": self.c106}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranches:
    """Bases of one month, in cents; negative after a regularisation."""

    ceiling: Cents = 0
    gross: Cents = 0
    t1: Cents = 0
    t2: Cents = 0
    cet: Cents = 0
    apec: Cents = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """What was due, on what basis, under which accepted readings.

    `readings`: legal options that the DSN does not state and that were taken
    because they are the nearest to what was declared («plafond non
    proratisé»). `exempted`: an apprentice's employee share left out of 131, in
    cents. `steps` tell how each amount was made.
    """

    due: Amounts
    basis: Basis
    tranches: Tranches = Tranches()
    exempted: Cents = 0
    condition: AdhesionCondition | None = None
    readings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    steps: tuple[Step, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPart:
    """One base and where it was declared; its month may be an earlier one."""

    declaration: Declaration
    employee: Employee
    base: Base


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorLine:
    """One employee, one contract, one month: declared beside due.

    `declared_t1` and `declared_gross` are the sums of bases 02 and 03.
    """

    siren: str
    siret: str
    person: PersonNumber
    contract: str
    period: Month
    declared: Amounts
    declared_t1: Cents
    declared_gross: Cents
    calculation: Calculation
    parts: tuple[DeclaredPart, ...] = field(repr=False)
    contract_state: Contract | None = field(repr=False)
    days: Decimal | None = None

    @property
    def plain(self) -> bool:
        """Whether its blocks are known to hold no error of structure, so that
        they need not be looked at: contract, scheme, category, days and codes
        as usual, a base 03, and each base once, in its own month."""
        return False

    @property
    def declared_018(self) -> Cents:
        """What is declared of the general reduction for Urssaf and unemployment,
        zero or negative."""
        return sum(
            contribution.amount or 0
            for part in self.parts
            for contribution in part.base.contributions
            if contribution.code == "018"
        )

    @property
    def declared_109(self) -> tuple[Cents, Cents]:
        """The exempt base of an apprentice (81.003), and the amount beside it."""
        own = [
            contribution
            for part in self.parts
            for contribution in part.base.contributions
            if contribution.code == "109"
        ]
        bases = sum(one.base_amount or 0 for one in own)
        return bases, sum(one.amount or 0 for one in own)

    @property
    def covered(self) -> tuple[date, date] | None:
        """The first and the last day of its bases 02 and 03, if it has any."""
        own = [part.base for part in self.parts if part.base.code in ("02", "03")]
        if not own:
            return None
        return min(one.start for one in own), max(one.end for one in own)

    @property
    def reduced(self) -> bool:
        """Whether a general reduction (106) is declared, be it of zero."""
        return any(
            contribution.code == "106"
            for part in self.parts
            for contribution in part.base.contributions
        )

    @property
    def smic_held(self) -> bool:
        """Whether the SMIC of the reduction (79, kind 01) is declared."""
        return any(
            component.kind == "01"
            for part in self.parts
            for component in part.base.components
        )

    @property
    def computed(self) -> bool:
        """Whether a rule applies; otherwise `calculation.due` says nothing."""
        return self.calculation.basis is not Basis.NOT_COMPUTED

    @property
    def gap(self) -> Amounts:
        """Declared minus due; nothing for a line that is not computed."""
        return self.declared - self.calculation.due

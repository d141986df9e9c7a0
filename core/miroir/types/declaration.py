"""A monthly DSN as the recomputation needs it, each figure with its line.

Every object keeps the block it was read from, so that a diagnostic can point
at file, line and rubrique. Names follow the cahier technique (CT2026.1.2).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from miroir.types.amounts import Cents
from miroir.types.identity import PersonNumber
from miroir.types.period import Month


class Block:
    """One instance of a block: its rubriques in order, its children in order.

    `rubriques` holds (number, value, line): ("004", "1218.75", 204).
    """

    __slots__ = ("children", "id", "line", "parent", "rubriques")

    def __init__(self, id: str, line: int, parent: Block | None) -> None:
        self.id = id
        self.line = line
        self.parent = parent
        self.rubriques: list[tuple[str, str, int]] = []
        self.children: list[Block] = []

    def get(self, number: str) -> str | None:
        """The value of a rubrique, None when the block does not hold it."""
        for found, value, _ in self.rubriques:
            if found == number:
                return value
        return None

    def line_of(self, number: str) -> int:
        """The line of a rubrique; the block's first line when it is absent."""
        for found, _, line in self.rubriques:
            if found == number:
                return line
        return self.line

    def all(self, id: str) -> Iterator[Block]:
        """The children of one kind, in the order of the file."""
        return (child for child in self.children if child.id == id)

    def walk(self) -> Iterator[Block]:
        """This block and everything below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __repr__(self) -> str:  # values may be personal: never shown
        return f"<Block {self.id} line {self.line}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One line of one file that supports what is said."""

    file: str
    line: int
    rubrique: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """S21.G00.81, cotisation individuelle. Amounts in cents."""

    code: str
    amount: Cents | None
    base_amount: Cents | None
    rate: Decimal | None
    institution: str | None
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """S21.G00.79, composant de base assujettie."""

    kind: str
    amount: Cents
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """S21.G00.78, base assujettie, with its period of attachment."""

    code: str
    start: date
    end: date
    amount: Cents
    contract: str | None
    components: tuple[Component, ...]
    contributions: tuple[Contribution, ...]
    block: Block

    @property
    def month(self) -> Month:
        """The month of origin, to which the amounts belong."""
        return Month.of(self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """S21.G00.53: `measure` in `unit` («40»: calendar days for the ceiling)."""

    kind: str
    measure: Decimal
    unit: str | None
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Remuneration:
    """S21.G00.51: one view («001» brute non plafonnée) of one contract's pay."""

    kind: str
    contract: str
    start: date
    end: date
    amount: Cents
    hours: Decimal | None
    activities: tuple[Activity, ...]
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChange:
    """S21.G00.41: what a contract was before `since` (values are the old ones)."""

    since: date
    since_at_least: date | None
    status: str | None
    number: str | None
    start: date | None
    siret: str | None
    quota: Decimal | None
    reference_quota: Decimal | None
    modality: str | None
    full_time_contribution: str | None
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """S21.G00.40. `status` is 40.003: 01 cadre, 02 extension, 04 non-cadre."""

    number: str
    start: date
    end: date | None
    status: str
    conventional_status: str | None
    nature: str | None
    scheme: str | None
    quota_unit: str | None
    quota: Decimal | None
    reference_quota: Decimal | None
    modality: str | None
    full_time_contribution: str | None
    several_employers: str | None
    idcc: str | None
    job: str | None
    pension_schemes: tuple[str, ...]
    changes: tuple[ContractChange, ...]
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """S21.G00.30 with its contracts, its pay and its bases."""

    person: PersonNumber
    ntt: PersonNumber | None
    family_name: str = field(repr=False)
    first_names: str = field(repr=False)
    birth_date: str = field(repr=False)
    contracts: tuple[Contract, ...]
    remunerations: tuple[Remuneration, ...]
    bases: tuple[Base, ...]
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """S21.G00.20, versement à un organisme. `start`..`end` is what it pays."""

    institution: str
    entity: str | None
    amount: Cents
    start: date
    end: date
    mode: str | None
    payer: str | None
    block: Block


class DeclarationKind(StrEnum):
    """S20.G00.05.002."""

    NORMAL = "01"
    NORMAL_WITHOUT_EMPLOYEE = "02"
    REPLACES = "03"
    CANCELS = "04"
    REPLACES_WITHOUT_EMPLOYEE = "05"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """S10.G00.01 and 02: who sent the envelope, and whom it says to contact.

    What the file does not tell is empty.
    """

    siren: str
    name: str
    contact: str = field(repr=False)
    phone: str = field(repr=False)
    mail: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One monthly DSN of one establishment, one month and one fraction."""

    siren: str
    siret: str
    period: Month
    fraction: str
    order: int
    nature: str
    kind: DeclarationKind
    norm: str
    test: bool
    file: str
    sha256: str
    filed_on: date | None
    idcc: str | None
    payments: tuple[Payment, ...]
    employees: tuple[Employee, ...]
    block: Block
    sender: Sender | None = None

    @property
    def key(self) -> tuple[str, Month, str]:
        """What identifies a month: one version of it is valid at a time."""
        return (self.siret, self.period, self.fraction)

    def contributions(self) -> Mapping[str, Cents]:
        """The sums of block 81 by code, in cents."""
        sums: dict[str, Cents] = defaultdict(int)
        for employee in self.employees:
            for base in employee.bases:
                for contribution in base.contributions:
                    sums[contribution.code] += contribution.amount or 0
        return sums

    def agreements(self) -> Mapping[str, int]:
        """How many contracts name each IDCC (40.017) as written, «» for none."""
        return Counter(
            contract.idcc or ""
            for employee in self.employees
            for contract in employee.contracts
        )

    def pay_days(self) -> Mapping[str, int]:
        """How many payments of wages name each day (50.001) as written."""
        return Counter(
            day
            for employee in self.employees
            for pay in employee.block.all("S21.G00.50")
            if (day := pay.get("001")) is not None
        )

    def head(self) -> Block:
        """The root of its tree, of whose employees some may be left out."""
        return self.block

    def employer(self) -> tuple[Block, Block] | None:
        """The blocks of the company (06) and of the establishment (11)."""
        for company in self.head().all("S21.G00.06"):
            for establishment in company.all("S21.G00.11"):
                return company, establishment
        return None

    def naming(self, persons: Collection[PersonNumber]) -> tuple[Employee, ...]:
        """The employees who are one of these persons, in order."""
        return tuple(one for one in self.employees if one.person in persons)

    def collectors(self) -> frozenset[str]:
        """Institutions of a bordereau (22.001) or of a contribution (81.002)."""
        numbers = {"S21.G00.22": "001", "S21.G00.81": "002"}
        named = (
            block.get(numbers[block.id])
            for block in self.block.walk()
            if block.id in numbers
        )
        return frozenset(each for each in named if each is not None)

    def evidence(self, block: Block, number: str, value: str = "") -> Evidence:
        """Point at one rubrique of this declaration."""
        return Evidence(
            file=self.file,
            line=block.line_of(number),
            rubrique=f"{block.id}.{number}",
            value=value or (block.get(number) or ""),
        )


class VersionStatus(StrEnum):
    CURRENT = "current"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationVersion:
    """One version of a declaration, and whether it is the valid one."""

    declaration: Declaration
    status: VersionStatus
    reason: str = ""

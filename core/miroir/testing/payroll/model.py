"""Who works where, and what they are paid: the truth of the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from miroir.testing.payroll.parameters import (
    FULL_TIME_HOURS,
    STANDARD_T1,
    STANDARD_T2,
)


class Status(StrEnum):
    """S21.G00.40.003."""

    CADRE = "01"
    EXTENSION = "02"
    NON_CADRE = "04"


def month_days(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """One month of one contract, in cents. `absence`: whole days unpaid."""

    wage: int
    bonus: int = 0
    absence: tuple[date, date] | None = None

    @property
    def gross(self) -> int:
        return self.wage + self.bonus

    @property
    def absent_days(self) -> int:
        if self.absence is None:
            return 0
        return (self.absence[1] - self.absence[0]).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """`hours`: hundredths of an hour a month. `prorated`: the ceiling of a
    part-timer is reduced (employer and employee may agree that it is not).
    `ceiling_share`: percent of the ceiling, the rest being another employer's.
    `cadre_since`: the day a non-cadre became cadre.
    """

    number: str
    start: date
    end: date | None = None
    status: Status = Status.NON_CADRE
    cadre_since: date | None = None
    hours: int = FULL_TIME_HOURS
    prorated: bool = True
    apprentice: bool = False
    ceiling_share: int = 100
    pays: Mapping[int, Pay] = field(default_factory=dict)

    def employment(self, year: int, month: int) -> tuple[date, date] | None:
        """First and last day of this contract in a month."""
        first = date(year, month, 1)
        last = date(year, month, month_days(year, month))
        start, end = max(first, self.start), min(last, self.end or last)
        return (start, end) if start <= end else None

    def status_on(self, day: date) -> Status:
        if self.cadre_since is not None and day < self.cadre_since:
            return Status.NON_CADRE
        return self.status

    def is_cadre_on(self, day: date) -> bool:
        return self.status_on(day) is Status.CADRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A fictitious person. `number`: a NIR, or an NTT when `has_nir` is false."""

    number: str = field(repr=False)
    has_nir: bool = True
    family_name: str = field(repr=False)
    first_name: str = field(repr=False)
    birth: date = field(repr=False)
    siret: str
    contracts: tuple[Contract, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adhesion:
    """Rates in 1/1000 %, before the call rate; share in percent.

    Year 1 stands for the simulated year. `periodicity`: M, or T by quarter.
    `idcc`: the agreement that the adhesion names, when not the company's own.
    """

    rate_t1: int = STANDARD_T1
    rate_t2: int = STANDARD_T2
    employer_share: int = 60
    valid_from: date = date(2016, 1, 1)
    valid_until: date | None = None
    known: bool = True
    periodicity: str = "M"
    idcc: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    siren: str
    sirets: tuple[str, ...]
    name: str
    idcc: str
    from_50: bool
    institution: str
    adhesion: Adhesion = Adhesion()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What varies from one right payroll to another.

    `apprentice_net`: 131 already net of the exempted employee share, 109
    carrying only the exempted base; otherwise 131 gross and 109 negative.
    `code_105`: one code for everything before 2025. `global_rates`: 10.02 %,
    24.29 % and 0.35 % at once instead of one rounding per line of payslip.
    """

    base_02_first: bool = True
    cet_shared: bool = False
    contract_in_base: bool = False
    ceiling_days: bool = True
    crlf: bool = False
    final_newline: bool = True
    encoding: str = "iso-8859-1"
    employer_parts: bool = True
    apec_by_share: bool = False
    global_rates: bool = False
    reduction_cumulated: bool = True
    apprentice_net: bool = True
    code_105: bool = True
    other_payments: bool = True
    software: str = "PAIE EXEMPLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the months are filed. Months are numbers, 1 for January.

    `replaced`: first filed wrong, then replaced (type 03). `same_order`: first
    filed wrong, then again under the same order number. `copied`: the same
    bytes twice. `missing`: never filed. `lost`: the last fraction is never
    filed. `substituted`: one more file of nature 09. `notices`: signalements
    (natures 04 and 07) beside the months. `lot`: the envelope that an organisme
    receives.
    """

    together: int = 1
    fractions: int = 1
    replaced: frozenset[int] = frozenset()
    same_order: frozenset[int] = frozenset()
    copied: frozenset[int] = frozenset()
    missing: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()
    substituted: frozenset[int] = frozenset()
    notices: bool = False
    lot: bool = False

"""How one payroll computes: right by default, each other value one error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Cet(Enum):
    CUMULATED = auto()
    MONTHLY = auto()
    NEVER = auto()
    ALWAYS = auto()
    ON_T2 = auto()


class Apec(Enum):
    CADRES = auto()
    NOBODY = auto()
    EVERYBODY = auto()
    UNCAPPED = auto()


class Reduction(Enum):
    RIGHT = auto()
    NOT_DECLARED = auto()
    POSITIVE = auto()
    WRONG_SHARE = auto()


class Exemption(Enum):
    RIGHT = auto()
    FORGOTTEN = auto()
    OLD_THRESHOLD = auto()


class Pays(Enum):
    """Who pays at once what others detail month by month."""

    BY_QUARTER = auto()
    FOR_THE_COMPANY = auto()


class Held(Enum):
    """What the federation took of the files of one month."""

    RIGHT = auto()
    NOTHING = auto()
    TWICE = auto()
    FIRST_VERSION = auto()
    ANOTHER_AMOUNT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Federal:
    """What the federation holds of one month (the last by default) and computes:
    on last year's ceiling, or at the standard rate, or as is due."""

    held: Held = Held.RIGHT
    old_ceiling: bool = False
    standard_rate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`rate_t1`: 1/1000 %, before the call rate; None: the adhesion's."""

    old_ceiling: bool = False
    entry_prorated: bool = True
    absence_prorated: bool = True
    thirtieths: bool = False
    cumulated: bool = True
    t2_lost: bool = False
    t2_ceilings: int = 8
    t2_as_t1: bool = False
    rate_t1: int | None = None
    call_rate: bool = True
    ceg_t1: bool = True
    ceg_t2: bool = True
    cet: Cet = Cet.CUMULATED
    employer_only: bool = False
    employee_only: bool = False
    apec: Apec = Apec.CADRES
    apec_in_131: bool = False
    reduction: Reduction = Reduction.RIGHT
    exemption: Exemption = Exemption.RIGHT


RIGHT = Rules()

"""Adhesion conditions: what the DSN does not carry and a GPS knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Headcount(StrEnum):
    """Which parameter T of the general reduction applies (D.241-7 CSS)."""

    UNDER_50 = "moins_50"
    FROM_50 = "50_et_plus"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdhesionCondition:
    """The conditions of one category of one establishment, between two dates.

    `category`: 01 cadre, 02 extension cadre, 04 non-cadre. Rates in percent,
    before the call rate of 127 %. `employer_share` in percent of the
    contribution. `siret` empty: every establishment of the company.
    `valid_until` is included; None: still valid. `guarantees`: codes of the
    GPS's menu; empty when they are not told.
    """

    siren: str
    siret: str
    category: str
    valid_from: date
    valid_until: date | None
    rate_t1: Decimal
    rate_t2: Decimal
    employer_share: Decimal
    idcc: str
    institution: str
    periodicity: str
    headcount: Headcount | None
    file: str = ""
    line: int = 0
    guarantees: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        if day < self.valid_from:
            return False
        return self.valid_until is None or day <= self.valid_until

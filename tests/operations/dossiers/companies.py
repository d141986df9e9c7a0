"""Simulated companies that file wrong DSN, and correct them later or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from miroir.testing.payroll import (
    Delivery,
    SimulatedCompany,
    make_company,
    simulate,
)

_CAUSES = ("CEG_ABSENTE", "TAUX_APPEL_OUBLIE", "PART_PATRONALE_SEULE")
_FILED = re.compile(rb"(S20\.G00\.05\.007,')[0-9]{8}(')")


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingCompany:
    """One company: its wrong files by month, the same months corrected."""

    name: str
    wrong: SimulatedCompany
    right: SimulatedCompany

    @property
    def siren(self) -> str:
        return self.wrong.siren

    @property
    def cause(self) -> str:
        return self.wrong.causes[0] if self.wrong.causes else ""

    def files(self, *months: int, filed: date, right: bool = False) -> dict[str, bytes]:
        """Files of some months, by name, as they were filed on a day."""
        source = self.right if right else self.wrong
        suffix = "-2.dsn" if right else ".dsn"
        content = dict(source.files)
        names = [f"{self.siren}-2026-{month:02d}{suffix}" for month in months]
        day = f"{filed:%d%m%Y}".encode()
        return {
            name: _FILED.sub(rb"\g<1>" + day + rb"\g<2>", content[name])
            for name in names
        }

    def gaps(self, *months: int) -> Mapping[tuple[str, str], int]:
        """The truth of the simulator: cents by person and month «2026-01»."""
        wanted = {f"2026-{month:02d}" for month in months}
        return {
            key: cents
            for key, cents in self.wrong.expected_gaps.items()
            if key[1] in wanted and abs(cents) > 5
        }


@cache
def living(number: int, *, employees: int = 2, wrong: bool = True) -> LivingCompany:
    """The company of a number, always the same."""
    cause = _CAUSES[number % len(_CAUSES)]
    base = make_company(1_000 + number, 2026, 3, employees, cause=cause, simple=True)
    again = Delivery(replaced=frozenset({1, 2, 3}))
    right = simulate(base.company, 2026, 3, base.habits, (), again)
    filed = base if wrong else simulate(base.company, 2026, 3, base.habits)
    return LivingCompany(name=f"n° {number}", wrong=filed, right=right)

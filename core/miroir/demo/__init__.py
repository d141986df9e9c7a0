"""A fictitious company to try Miroir on: twelve people, January to June 2026.

Three errors of payroll are in its files (the CET forgotten from April on, a
ceiling not prorated for a contract of three weeks, an apprentice under a
threshold that is no longer his), among situations that are right though they look odd: a
bonus below the cumulated ceiling, a negative tranche 2, part-timers with and
without a prorated ceiling, days unpaid.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miroir.testing.payroll import SimulatedCompany


@cache
def demo_company() -> SimulatedCompany:
    """The simulation itself, with the gaps that an analysis must find."""
    from miroir.demo.company import COMPANY, FAULTS, MONTHS, YEAR
    from miroir.testing.payroll import simulate

    return simulate(COMPANY, YEAR, MONTHS, faults=FAULTS)


def demo_files() -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of its monthly DSN, in the order of the months."""
    return demo_company().files


def demo_adhesions() -> bytes:
    """Its adhesion conditions, as the CSV that `--adhesions` reads."""
    return demo_company().adhesions_csv

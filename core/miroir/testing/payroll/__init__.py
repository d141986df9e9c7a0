"""A payroll simulator: companies, their monthly DSN, and the gaps to find.

It knows what was due and what was declared, so it tells to the cent what an
analysis must say. It shares no rule with `miroir.recomputation`.

    >>> company = make_company(seed=1, year=2026, months=3, employees=5)
    >>> [name[-11:] for name, content in company.files]
    ['2026-01.dsn', '2026-02.dsn', '2026-03.dsn']
    >>> company.expected_gaps
    {}
"""

from miroir.testing.payroll.beside import EVERY_CAUSE
from miroir.testing.payroll.cause import Cause
from miroir.testing.payroll.causes import CAUSES
from miroir.testing.payroll.company import (
    build,
    make_company,
    make_habits,
    make_mixture,
)
from miroir.testing.payroll.ledger import Fault
from miroir.testing.payroll.model import (
    Adhesion,
    Company,
    Contract,
    Delivery,
    Habits,
    Pay,
    Person,
    Status,
)
from miroir.testing.payroll.rules import Rules
from miroir.testing.payroll.simulation import SimulatedCompany, simulate

__all__ = [
    "CAUSES",
    "EVERY_CAUSE",
    "Adhesion",
    "Cause",
    "Company",
    "Contract",
    "Delivery",
    "Fault",
    "Habits",
    "Pay",
    "Person",
    "Rules",
    "SimulatedCompany",
    "Status",
    "build",
    "make_company",
    "make_habits",
    "make_mixture",
    "simulate",
]

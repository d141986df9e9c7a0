"""What is said of one error that can be injected."""

from __future__ import annotations

from dataclasses import dataclass

from miroir.testing.payroll import edits
from miroir.testing.payroll.model import Adhesion, Delivery
from miroir.testing.payroll.population import Career
from miroir.testing.payroll.rules import RIGHT, Federal, Pays, Rules

_STANDARD, _AS_USUAL = Adhesion(), Delivery()
COMPANY, GROUP, EMPLOYEES, NONE = "company", "group", "employees", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One named error, or a legitimate situation (scope «none»).

    `careers`: who must work there for it to show; in a cause of some
    employees, they are the ones concerned. `certain`: the gaps can be
    recomputed exactly from the files; otherwise what is declared hides them.
    `misdated`: the month whose payment bears the name of the one before.
    `months`, `establishments`: how many it takes.
    """

    scope: str
    careers: tuple[Career, ...] = ()
    rules: Rules = RIGHT
    edit: edits.Edit | None = None
    payment: edits.PaymentEdit | None = None
    adhesion: Adhesion = _STANDARD
    delivery: Delivery = _AS_USUAL
    wrong_institution: bool = False
    misdated: int = 0
    pays: Pays | None = None
    federal: Federal | None = None
    late_pay: bool = False
    certain: bool = True
    months: int = 1
    establishments: int = 1
    needs_ceiling_days: bool = False
    needs_employer_parts: bool = False


LAST = frozenset({-1})
"""-1 stands for the last month of the simulation."""

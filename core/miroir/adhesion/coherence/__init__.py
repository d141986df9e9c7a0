"""Every check of a contract, the gravest incoherence first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from miroir.adhesion.coherence import (
    company as of_company,
)
from miroir.adhesion.coherence import (
    dates,
    guarantees,
    payroll,
    presence,
    regulation,
    terms,
)
from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.menu import Menu
from miroir.adhesion.model import Incoherence, Severity
from miroir.types.diagnosis import CompanyView

_CHECKS = (presence, dates, terms, regulation, guarantees, of_company, payroll)
_GRAVITY = list(Severity)


def incoherences(
    company: CompanyView, menu: Menu, today: date
) -> tuple[Incoherence, ...]:
    """What does not agree in the contract that `company.conditions` is.

    The same company, menu and day give the same ones in the same order.
    """
    situation = Situation.of(company, menu, today)
    found = [each for check in _CHECKS for each in check.examine(situation)]
    return tuple(sorted(_once(found), key=_order))


def _order(one: Incoherence) -> tuple[int, str, str, str]:
    return (_GRAVITY.index(one.severity), one.siret, one.category, one.code)


def _once(found: Sequence[Incoherence]) -> list[Incoherence]:
    """A called rate written in the contract is also contradicted by the amounts:
    said once, by what explains it."""
    explained = {
        (one.siret, one.category, one.expected)
        for one in found
        if one.code == "TAUX_APPELE_AU_CONTRAT"
    }
    return [
        one
        for one in found
        if one.code not in ("TAUX_T1_DIFFERENT", "TAUX_T2_DIFFERENT")
        or (one.siret, one.category, one.expected) not in explained
    ]

"""Small companies made by hand: lines with a gap, diagnoses about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from miroir.types.calculation import Amounts, Basis, Calculation, MirrorLine
from miroir.types.diagnosis import (
    Cause,
    CompanyView,
    Diagnosis,
    Finding,
    Responsible,
    Scope,
    Status,
)
from miroir.types.identity import PersonNumber
from miroir.types.period import Month
from miroir.types.thresholds import NO_THRESHOLDS, Thresholds

SIREN, SIRET = "999000243", "99900024300019"
MARCH = Month(2026, 3)


def line(
    person: str,
    gap: int,
    period: Month = MARCH,
    siret: str = SIRET,
    contract: str = "1",
) -> MirrorLine:
    """`gap` in cents, on 131."""
    return MirrorLine(
        siren=SIREN,
        siret=siret,
        person=PersonNumber(person),
        contract=contract,
        period=period,
        declared=Amounts(c131=gap),
        declared_t1=0,
        declared_gross=0,
        calculation=Calculation(due=Amounts(), basis=Basis.CUMULATED),
        parts=(),
        contract_state=None,
    )


def company(*lines: MirrorLine, thresholds: Thresholds = NO_THRESHOLDS) -> CompanyView:
    return CompanyView(
        siren=SIREN,
        versions=(),
        mirror=lines,
        payments=(),
        conditions=(),
        thresholds=thresholds,
    )


def cause(id: str = "ESSAI") -> Cause:
    return Cause(
        id=id,
        label="Essai",
        explanation="Essai.",
        responsible=Responsible.CLIENT,
        would_refute="Rien.",
        remedy="Rien.",
    )


def finding(
    id: str = "ESSAI",
    persons: Iterable[str] = (),
    *,
    status: Status = Status.ESTABLISHED,
    scope: Scope = Scope.EMPLOYEES,
    amount: int = 0,
    explained: str | None = None,
) -> Finding:
    return Finding(
        cause=id,
        scope=scope,
        status=status,
        periods=(MARCH,),
        persons=tuple(map(PersonNumber, persons)),
        amount=amount,
        explained=None if explained is None else Decimal(explained),
    )


def diagnosis(
    rank: int = 1,
    id: str = "ESSAI",
    persons: Iterable[str] = (),
    *,
    status: Status = Status.ESTABLISHED,
    amount: int = 0,
) -> Diagnosis:
    found = finding(id, persons, status=status, amount=amount)
    return Diagnosis(rank=rank, cause=replace(cause(), id=id), finding=found)

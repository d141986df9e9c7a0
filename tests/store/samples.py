"""Companies to store: small, complete, made of the real types."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.amounts import Cents
from miroir.types.calculation import Amounts, Basis, Calculation, MirrorLine
from miroir.types.declaration import (
    Block,
    Declaration,
    DeclarationKind,
    DeclarationVersion,
    Employee,
    Evidence,
    VersionStatus,
)
from miroir.types.diagnosis import (
    Cause,
    CompanyAnalysis,
    CompanyView,
    Diagnosis,
    Finding,
    PaymentGap,
    Responsible,
    Scope,
    Status,
)
from miroir.types.identity import PersonNumber
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

SIREN = "732829320"
SIRET = "73282932000074"
MARCH = Month(2026, 3)
NOW = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
NIR = PersonNumber("1850578006084")
OTHER = PersonNumber("2990668699352")
CORSICAN = PersonNumber("199072A004012")
NTT = PersonNumber("2732829320MARTIN01")


def file(content: bytes = b"S10.G00.00.001,'x'\n", name: str = "a.edi") -> ReceivedFile:
    return ReceivedFile.of(name, content)


def employee(person: PersonNumber, ntt: PersonNumber | None = None) -> Employee:
    return Employee(
        person=person,
        ntt=ntt,
        family_name="MARTIN",
        first_names="CAMILLE",
        birth_date="01051985",
        contracts=(),
        remunerations=(),
        bases=(),
        block=Block("S21.G00.30", 40, None),
    )


def version(
    sha256: str,
    *,
    line: int = 12,
    order: int = 1,
    period: Month = MARCH,
    siren: str = SIREN,
    status: VersionStatus = VersionStatus.CURRENT,
    employees: tuple[Employee, ...] = (),
) -> DeclarationVersion:
    read = Declaration(
        siren=siren,
        siret=siren + SIRET[9:],
        period=period,
        fraction="11",
        order=order,
        nature="01",
        kind=DeclarationKind.NORMAL,
        norm="P26V01",
        test=False,
        file="a.edi",
        sha256=sha256,
        filed_on=None,
        idcc=None,
        payments=(),
        employees=employees,
        block=Block("S20.G00.05", line, None),
    )
    return DeclarationVersion(declaration=read, status=status)


def line(
    person: PersonNumber = NIR,
    *,
    period: Month = MARCH,
    gap: Cents = -1750,
    contract: str = "00001",
) -> MirrorLine:
    due = Amounts(c131=90_689, c132=1_200, c106=-5_000)
    return MirrorLine(
        siren=SIREN,
        siret=SIRET,
        person=person,
        contract=contract,
        period=period,
        declared=due + Amounts(c131=gap),
        declared_t1=300_000,
        declared_gross=320_000,
        calculation=Calculation(due=due, basis=Basis.CUMULATED),
        parts=(),
        contract_state=None,
    )


def payment(declared: Cents = 100_000, accepted: str = "") -> PaymentGap:
    return PaymentGap(
        siret=SIRET,
        institution="77566425600020",
        period=MARCH,
        declared=declared,
        expected=100_050,
        accepted=accepted,
    )


def diagnosis(
    rank: int = 1,
    cause: str = "CET_ABSENTE",
    *,
    persons: tuple[PersonNumber, ...] = (NIR,),
    evidence: tuple[Evidence, ...] = (),
    detail: str = "Base 03 supérieure au plafond, sans cotisation 132.",
) -> Diagnosis:
    finding = Finding(
        cause=cause,
        scope=Scope.EMPLOYEES,
        status=Status.ESTABLISHED,
        periods=(MARCH,),
        persons=persons,
        amount=-1750,
        explained=Decimal("0.998"),
        evidence=evidence,
        detail=detail,
        remedy={"action": "régulariser"},
    )
    known = Cause(
        id=cause,
        label=f"Cause {cause}",
        explanation="Ce qui s'est passé.",
        responsible=Responsible.CLIENT,
        would_refute="Une cotisation 132 dans une autre fraction.",
        remedy="Déclarer la cotisation.",
    )
    return Diagnosis(rank=rank, cause=known, finding=finding)


def analysis(
    *lines: MirrorLine,
    payments: tuple[PaymentGap, ...] = (),
    diagnoses: tuple[Diagnosis, ...] = (),
    versions: tuple[DeclarationVersion, ...] = (),
    failures: tuple[str, ...] = (),
    siren: str = SIREN,
) -> CompanyAnalysis:
    view = CompanyView(
        siren=siren,
        versions=versions,
        mirror=lines,
        payments=payments,
        conditions=(condition(),),
    )
    return CompanyAnalysis(view=view, diagnoses=diagnoses, failures=failures)


def condition(
    *, siren: str = SIREN, rate: str = "7.87", line: int = 2, file: str = "adh.csv"
) -> AdhesionCondition:
    return AdhesionCondition(
        siren=siren,
        siret=SIRET,
        category="01",
        valid_from=date(2024, 1, 1),
        valid_until=None,
        rate_t1=Decimal("6.20"),
        rate_t2=Decimal(rate),
        employer_share=Decimal(60),
        idcc="1486",
        institution="77566425600020",
        periodicity="M",
        headcount=Headcount.FROM_50,
        file=file,
        line=line,
    )

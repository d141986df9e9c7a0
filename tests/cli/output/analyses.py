"""Fictitious analyses, built by hand from the types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from miroir.types.calculation import (
    Amounts,
    Basis,
    Calculation,
    DeclaredPart,
    MirrorLine,
    Tranches,
)
from miroir.types.declaration import (
    Block,
    Declaration,
    DeclarationKind,
    DeclarationVersion,
    Evidence,
    VersionStatus,
)
from miroir.types.diagnosis import (
    Analysis,
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
from miroir.types.sampling import Drawn, Sample, SampleSize, Studied
from miroir.types.source import Refusal

SIREN = "552100554"
SIRET = "55210055400013"
KLESIA = "30558637200321"
NIRS = ("1850578006084", "2900675112003", "178042A004015")
NTT = "2552100554EMB0042"
JANUARY = Month(2026, 1)
DECLARED = Amounts(c131=90689, c132=360)
DUE = Amounts(c131=92439, c132=360)


def name_of(person: PersonNumber) -> str:
    """A pseudonym of the length of the real ones, readable in a test."""
    known = (*NIRS, NTT)
    rank = known.index(person.value) if person.value in known else len(known)
    return f"e-{'abcdefgh'[rank] * 16}"


def mirror_line(
    nir: str = NIRS[0],
    period: Month = JANUARY,
    declared: Amounts = DECLARED,
    due: Amounts = DUE,
    basis: Basis = Basis.CUMULATED,
    contract: str = "00001",
    readings: tuple[str, ...] = (),
    parts: tuple[DeclaredPart, ...] = (),
) -> MirrorLine:
    return MirrorLine(
        siren=SIREN,
        siret=SIRET,
        person=PersonNumber(nir),
        contract=contract,
        period=period,
        declared=declared,
        declared_t1=400500,
        declared_gross=600000,
        calculation=Calculation(
            due=due,
            basis=basis,
            tranches=Tranches(ceiling=400500, t1=400500, t2=199500, cet=600000),
            readings=readings,
        ),
        parts=parts,
        contract_state=None,
    )


def version(
    period: Month = JANUARY,
    status: VersionStatus = VersionStatus.CURRENT,
    reason: str = "",
) -> DeclarationVersion:
    declaration = Declaration(
        siren=SIREN,
        siret=SIRET,
        period=period,
        fraction="11",
        order=1748440926879,
        nature="01",
        kind=DeclarationKind.NORMAL,
        norm="P26V01",
        test=False,
        file=f"depot/{period}.dsn",
        sha256="0" * 64,
        filed_on=date(2026, 2, 5),
        idcc="2216",
        payments=(),
        employees=(),
        block=Block("S20.G00.05", 12, None),
    )
    return DeclarationVersion(declaration=declaration, status=status, reason=reason)


CET = Cause(
    id="CET_ABSENTE",
    catalogue=62,
    label="CET non déclarée",
    explanation="Le salaire dépasse le plafond et la CET n’a pas été calculée.",
    responsible=Responsible.EDITOR,
    would_refute="Un cumul des salaires inférieur au cumul des plafonds.",
    remedy="Déclarer la différence sous 81/131, mois par mois.",
)


def diagnosis(
    rank: int = 1,
    evidence: tuple[Evidence, ...] = (),
    periods: tuple[Month, ...] = (JANUARY, JANUARY.next, JANUARY.next.next),
    **finding: object,
) -> Diagnosis:
    values: dict[str, object] = {
        "cause": CET.id,
        "scope": Scope.COMPANY,
        "status": Status.ESTABLISHED,
        "periods": periods,
        "persons": (PersonNumber(NIRS[0]), PersonNumber(NTT)),
        "amount": -1750,
        "explained": Decimal("0.9984"),
        "evidence": evidence,
        **finding,
    }
    return Diagnosis(rank=rank, cause=CET, finding=Finding(**values))  # type: ignore[arg-type]


PERSONAL = (
    Evidence(file="f.dsn", line=40, rubrique="S21.G00.30.001", value=NIRS[0]),
    Evidence(file="f.dsn", line=41, rubrique="S21.G00.30.002", value="MARTINEAU"),
    Evidence(file="f.dsn", line=42, rubrique="S21.G00.30.020", value=NTT),
    Evidence(file="f.dsn", line=90, rubrique="S21.G00.81.004", value="906.89"),
)

PAYMENTS = (
    PaymentGap(
        siret=SIRET,
        institution=KLESIA,
        period=JANUARY,
        declared=91000,
        expected=91049,
        accepted="versement en euros entiers",
    ),
    PaymentGap(
        siret=SIRET,
        institution=KLESIA,
        period=JANUARY.next,
        declared=80000,
        expected=91049,
    ),
    PaymentGap(
        siret=SIRET,
        institution=KLESIA,
        period=JANUARY.next.next,
        declared=91049,
        expected=91049,
    ),
)


def company(
    mirror: tuple[MirrorLine, ...] = (),
    diagnoses: tuple[Diagnosis, ...] = (),
    versions: tuple[DeclarationVersion, ...] = (),
    payments: tuple[PaymentGap, ...] = (),
    failures: tuple[str, ...] = (),
    siren: str = SIREN,
    samples: tuple[Sample, ...] = (),
) -> CompanyAnalysis:
    view = CompanyView(
        siren=siren,
        versions=versions,
        mirror=mirror,
        payments=payments,
        conditions=(),
        missing=((SIRET, Month(2026, 4)),),
    )
    return CompanyAnalysis(
        view=view, diagnoses=diagnoses, failures=failures, samples=samples
    )


def sample(left: bool = True) -> Sample:
    """Two employees studied, of 43 or of 2; 10.00 € left when some are."""

    def studied(number: str, amount: int, drawn: Drawn) -> Studied:
        causes = (CET.id,) if drawn is Drawn.LARGEST else ()
        return Studied(
            person=PersonNumber(number), amount=amount, causes=causes, drawn=drawn
        )

    return Sample(
        siret=SIRET,
        periods=(JANUARY, JANUARY.next),
        policy="miroir",
        size=SampleSize(),
        seed="0123456789abcdef",
        employees=43 if left else 2,
        amount=4000 if left else 3000,
        studied=(
            studied(NIRS[0], 2500, Drawn.LARGEST),
            studied(NTT, 500, Drawn.RANDOM),
        ),
        doubtful_amount=123 if left else 0,
        doubtful_bound=987 if left else 0,
    )


def whole() -> Analysis:
    """Everything that an analysis can hold, once."""
    march = Month(2026, 3)
    mirror = (
        mirror_line(NIRS[1]),
        mirror_line(NIRS[0], march, due=Amounts(c131=90690, c132=360)),
        mirror_line(NTT, basis=Basis.DECLARED_BASES, readings=("plafond entier",)),
        mirror_line(
            NIRS[0],
            declared=Amounts(c131=123456789, c132=360, c106=-8604),
            due=Amounts(c131=123456789, c132=420, c106=0),
        ),
    )
    versions = (
        version(),
        version(march),
        version(march, VersionStatus.SUPERSEDED, "remplacée par un ordre plus élevé"),
        version(march, VersionStatus.REJECTED, f"individu {NIRS[2]} illisible"),
    )
    refusal = Refusal(
        file="depot/x.dsn",
        line=7,
        code="LINE_MALFORMED",
        reason=f"ligne illisible : 1 85 05 78 006 084 36 {NIRS[1]}",
        remedy="corriger la ligne",
    )
    first = company(
        mirror,
        (diagnosis(evidence=PERSONAL, detail=f"voir {NIRS[0]}"), diagnosis(2)),
        versions,
        PAYMENTS,
        (f"diagnostic «local» : KeyError {NIRS[0]}",),
    )
    clean = company(
        (mirror_line(due=Amounts(c131=90689, c132=360)),), siren="404833048"
    )
    return Analysis(
        companies=(first, clean),
        refusals=(refusal,),
        observations=(refusal,),
        files_read=5,
    )

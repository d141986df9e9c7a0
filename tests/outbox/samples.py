"""Actions to write in an outbox, of a company that does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from miroir.types.action import (
    AdhesionUpdate,
    Attachment,
    CrmContact,
    HandOver,
    Mail,
    RecordEntry,
)
from miroir.types.adhesion import AdhesionCondition, Headcount

SIREN = "999000243"
DOSSIER = "dossier:12"


def condition() -> AdhesionCondition:
    return AdhesionCondition(
        siren=SIREN,
        siret="",
        category="01",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        rate_t1=Decimal("6.20"),
        rate_t2=Decimal("17.00"),
        employer_share=Decimal(60),
        idcc="1486",
        institution="G00",
        periodicity="M",
        headcount=Headcount.UNDER_50,
    )


def update() -> AdhesionUpdate:
    return AdhesionUpdate(
        siren=SIREN,
        plan="a" * 64,
        version="7",
        before=(),
        after=(condition(),),
    )


def contact(note: str = "Taux de la tranche 2 à corriger en mars.") -> CrmContact:
    return CrmContact(
        siren=SIREN,
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        channel="call_out",
        subject="Appel de fiabilisation",
        note=note,
        adviser="marie",
    )


def entry() -> RecordEntry:
    return RecordEntry(
        siren=SIREN,
        day=date(2026, 3, 2),
        analysis="Taux appelé absent de la tranche 2.",
        call_happened=True,
        menus={"echange": "abouti", "cause": "taux"},
    )


def mail() -> Mail:
    return Mail(
        siren=SIREN,
        to=("paie@example.org",),
        subject="Votre DSN de mars",
        text="Bonjour,",
        attachments=(
            Attachment(
                name="plan.pdf",
                media_type="application/pdf",
                content="JVBERi0xLjc=",
                sha256="1850578006084" + "0" * 51,
            ),
        ),
    )


def hand_over() -> HandOver:
    return HandOver(
        siren=SIREN,
        service="referent",
        reference="H-1",
        subject="Anomalie technique",
        text="Le flux 42 est rejeté.",
    )


def saga() -> tuple[object, ...]:
    """One of each kind, as business code may give them: in any order."""
    return (mail(), contact(), hand_over(), update(), entry())

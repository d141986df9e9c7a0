"""One fictitious action of each kind, to try a destination with."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

from miroir.types.action import (
    ADHESION_UPDATE,
    CRM_CONTACT,
    HAND_OVER,
    MAIL,
    RECORD_ENTRY,
    AdhesionUpdate,
    Attachment,
    CrmContact,
    HandOver,
    Mail,
    RecordEntry,
)
from miroir.types.adhesion import AdhesionCondition, Headcount

SIREN = "999000243"
_DAY = date(2026, 3, 2)
_CONTENT = b"ecart;montant\nmars;-17,50\n"


def action_of(kind: str, siren: str = SIREN) -> object:
    """The action of this kind about a fictitious company."""
    makers = {
        ADHESION_UPDATE: _update,
        CRM_CONTACT: _contact,
        RECORD_ENTRY: _entry,
        MAIL: _mail,
        HAND_OVER: _hand_over,
    }
    return makers[kind](siren)


def _update(siren: str) -> AdhesionUpdate:
    return AdhesionUpdate(
        siren=siren, plan="0" * 64, version="1", before=(), after=(_condition(siren),)
    )


def _condition(siren: str) -> AdhesionCondition:
    return AdhesionCondition(
        siren=siren,
        siret="",
        category="04",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        rate_t1=Decimal("6.20"),
        rate_t2=Decimal("17.00"),
        employer_share=Decimal(60),
        idcc="1486",
        institution="",
        periodicity="M",
        headcount=Headcount.UNDER_50,
    )


def _contact(siren: str) -> CrmContact:
    return CrmContact(
        siren=siren,
        at=datetime(2026, 3, 2, 10, 30, tzinfo=UTC),
        channel="call_out",
        subject="Écart de cotisations de mars",
        note="L’entreprise corrigera dans la DSN d’avril.",
        adviser="Camille Exemple",
        duration_minutes=12,
    )


def _entry(siren: str) -> RecordEntry:
    return RecordEntry(
        siren=siren,
        day=_DAY,
        analysis="La CET n’est pas déclarée depuis janvier 2026.",
        call_happened=True,
        call_summary="Correction promise pour la DSN d’avril.",
    )


def _mail(siren: str) -> Mail:
    return Mail(
        siren=siren,
        to=("paie@example.org",),
        subject="Écart de cotisations de mars",
        text="Bonjour,\n\nVoici ce dont nous sommes convenus.\n",
        attachments=(_attachment(),),
    )


def _hand_over(siren: str) -> HandOver:
    return HandOver(
        siren=siren,
        service="référent",
        reference="MIROIR-0123456789AB",
        subject="Fichier reçu et non intégré",
        text="La DSN de mars est reçue et n’est pas dans l’outil.",
        evidence=(_attachment(),),
    )


def _attachment() -> Attachment:
    return Attachment(
        name="ecarts.csv",
        media_type="text/csv",
        content=base64.b64encode(_CONTENT).decode(),
        sha256=hashlib.sha256(_CONTENT).hexdigest(),
    )

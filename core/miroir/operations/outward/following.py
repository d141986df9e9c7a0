"""What the dossier is told when something that left for others has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from miroir.dossier.model import EventKind
from miroir.operations.dossiers.desk import ROBOT
from miroir.outbox.model import Status, StoredAction
from miroir.store.database import Tables
from miroir.synthesis.french import typographic
from miroir.types.action import CRM_CONTACT, HAND_OVER, MAIL, RECORD_ENTRY

_WHAT = {
    MAIL: ("Courriel envoyé", "Courriel"),
    RECORD_ENTRY: ("Fiche partagée écrite", "Fiche partagée"),
    CRM_CONTACT: (
        "Contact noté dans la relation-client",
        "Contact dans la relation-client",
    ),
    HAND_OVER: ("Transmission remise au service", "Transmission"),
}
_ENDED: Mapping[Status, str] = {
    Status.REFUSED: "refus de l’autre système",
    Status.NEEDS_PERSON: "issue inconnue, à vérifier par une personne",
    Status.DEAD: "aucun envoi, malgré plusieurs essais",
    Status.CANCELLED: "envoi annulé",
}
_PREFIX = "dossier:"


def told(tables: Tables, row: StoredAction) -> None:
    """Say it in the thread of its dossier, in the commit of the outcome."""
    if not row.dossier.startswith(_PREFIX):
        return
    dossier = int(row.dossier.removeprefix(_PREFIX))
    done, noun = _WHAT[row.kind]
    if row.status is Status.CONFIRMED:
        text = f"{done}{_recipients(row)}."
    else:
        ended = _ENDED.get(row.status, row.status.value)
        text = f"{noun} : {ended} (action {row.key[:12]})."
    tables.cases.lock(dossier)
    now = datetime.now(UTC)
    tables.cases.say(dossier, now, ROBOT, EventKind.NOTE, typographic(text))


def _recipients(row: StoredAction) -> str:
    """Those that the server did not take, where it said so."""
    facts = row.receipt.facts if row.receipt else {}
    states = [state for name, state in facts.items() if name.startswith("recipient_")]
    left = [state for state in states if state != "accepted"]
    if not left:
        return ""
    return f", sauf à {len(left)} des {len(states)} destinataires ({', '.join(left)})"

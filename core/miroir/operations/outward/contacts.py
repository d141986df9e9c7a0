"""Contacts logged in the CRM: each call, and each mail once it has left."""

from __future__ import annotations

from miroir.dossier.model import CallRecord, Dossier
from miroir.operations.dossiers.desk import Desk
from miroir.synthesis.french import typographic
from miroir.types.action import CRM_CONTACT, ArchivedMail, CrmContact, Mail

_SUBJECTS = {
    True: "Appel reçu sur ses déclarations",
    False: "Appel sur ses déclarations",
}
_TOLD = (
    ("request", "Demande : "),
    ("summary", ""),
    ("resolution", "Solution indiquée : "),
    ("answer", "Réponse : "),
    ("committed_what", "Engagement : "),
    ("committed_on", "Échéance : "),
)


def log_call(desk: Desk, dossier: Dossier, record: CallRecord) -> str | None:
    """Give the contact to the outbox, in the commit of the call; its key.

    None where no CRM is configured. One call is one intent.
    """
    if CRM_CONTACT not in desk.sends:
        return None
    contact = CrmContact(
        siren=dossier.siren,
        at=record.at,
        channel="call_in" if record.incoming else "call_out",
        subject=_SUBJECTS[record.incoming],
        note=typographic(_note(record)),
        adviser=record.by,
        happened=record.reached,
    )
    return desk.tables.outbox.enqueue(
        contact,
        dossier=f"dossier:{dossier.id}",
        occasion=f"call:{record.id}",
        by=desk.actor,
    )


def log_mail(
    desk: Desk, dossier: Dossier, mail: Mail, key: str, digest: str
) -> str | None:
    """The same of a mail, which goes to the CRM once it has left.

    `key` is the intent of the mail, `digest` the sha256 of its archive.
    """
    if CRM_CONTACT not in desk.sends:
        return None
    archived = ArchivedMail(
        message_id=key,
        sent_at=desk.now,
        subject=mail.subject,
        text=mail.text,
        sha256=digest,
    )
    contact = CrmContact(
        siren=dossier.siren,
        at=desk.now,
        channel="mail",
        subject=mail.subject,
        note=typographic("Courriel de synthèse envoyé au client."),
        adviser=desk.actor,
        mail=archived,
    )
    return desk.tables.outbox.enqueue(
        contact,
        dossier=f"dossier:{dossier.id}",
        occasion=f"mail:{key}",
        depends_on=[key],
        by=desk.actor,
    )


def _note(record: CallRecord) -> str:
    """What was said, line by line; who was on the line stays in the dossier."""
    told = [
        f"{before}{record.answers[name].strip()}"
        for name, before in _TOLD
        if record.answers.get(name, "").strip()
    ]
    return "\n".join(told)

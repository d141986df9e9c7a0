"""What is written of a contact in a CRM, in French."""

from __future__ import annotations

import html
from datetime import datetime
from zoneinfo import ZoneInfo

from miroir import CrmContact, Intent
from miroir.masking import mask

_ZONE = ZoneInfo("Europe/Paris")
_CHANNELS = {
    "call_in": "Appel reçu",
    "call_out": "Appel émis",
    "mail": "Courriel",
    "meeting": "Rendez-vous",
}


def subject(contact: CrmContact) -> str:
    """Its title. A NIR that got there is hidden."""
    return mask(contact.subject)


def body(contact: CrmContact, intent: Intent) -> str:
    """All of it, the archived mail included; our reference is its last line."""
    parts = [_first_line(contact), contact.note.strip()]
    if contact.mail is not None:
        mail = contact.mail
        parts.append(
            f"Courriel envoyé le {_moment(mail.sent_at)}\u00a0: «\u00a0{mail.subject}"
            f"\u00a0»\n\n{mail.text.strip()}\n\nMessage-ID\u00a0: {mail.message_id}\n"
            f"Empreinte SHA-256\u00a0: {mail.sha256}"
        )
    text = mask("\n\n".join(part for part in parts if part))
    # After the masking: a reference may look like a NIR, or an IBAN, by chance.
    return f"{text}\n\nRéférence\u00a0: {intent.reference}"


def as_html(text: str) -> str:
    """The same text where HTML is expected."""
    paragraphs = html.escape(text).split("\n\n")
    return "".join(f"<p>{one.replace(chr(10), '<br>')}</p>" for one in paragraphs)


def _first_line(contact: CrmContact) -> str:
    channel = _CHANNELS.get(contact.channel, contact.channel)
    line = f"{channel} du {_moment(contact.at)}, par {contact.adviser}"
    if contact.channel in ("call_in", "call_out", "meeting"):
        reached = "interlocuteur joint" if contact.happened else "interlocuteur absent"
        line = f"{line}\u00a0: {reached}"
    if contact.duration_minutes:
        line = f"{line}, {contact.duration_minutes}\u00a0min"
    return f"{line}."


def _moment(moment: datetime) -> str:
    local = moment.astimezone(_ZONE)
    return f"{local:%d/%m/%Y} à {local:%H}\u00a0h\u00a0{local:%M}"

"""The bytes of a mail: text and HTML, attachments, a Message-ID that never changes."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from email import policy
from email.errors import HeaderParseError
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr

from miroir import ActionRefused, Attachment, Intent, Mail

_POLICY = policy.SMTP.clone(cte_type="7bit", raise_on_defect=True)


def message_id(intent: Intent, domain: str) -> str:
    """The same for every attempt at one intent: two copies are seen as one."""
    return f"<{intent.key}@{domain}>"


def compose(
    mail: Mail, intent: Intent, sender: str, domain: str, at: datetime
) -> bytes:
    """The mail as it goes over the wire, lines ended by CRLF.

    Raises ActionRefused for what makes no mail: an address on two lines, an
    attachment that is not the one whose sha256 is given.
    """
    message = EmailMessage(_POLICY)
    headers = {
        "Message-ID": message_id(intent, domain),
        "Date": format_datetime(at),
        "To": ", ".join(mail.to),
        "X-Miroir-Reference": intent.reference,
    }
    if mail.reply_to:
        headers["Reply-To"] = mail.reply_to
    try:
        for name, value in headers.items():
            message[name] = value
        message.set_content(mail.text, cte="quoted-printable")
        if mail.html:
            message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        for attachment in mail.attachments:
            _attach(message, attachment)
        return _words(mail.subject, sender) + message.as_bytes()
    except (ValueError, HeaderParseError, IndexError) as error:
        # From None: the message of the library quotes the header.
        raise ActionRefused(
            "the mail cannot be composed: an address, the subject or the name of an "
            f"attachment holds what no header may ({type(error).__name__})",
            code="composition",
        ) from None


def _words(subject: str, sender: str) -> bytes:
    """The headers that hold words; the library, before Python 3.12.5, would
    lose spaces between those with accents (gh-92081)."""
    if any(one in subject + sender for one in "\r\n\0"):
        raise ValueError
    name, address = parseaddr(sender)
    lines = {
        "From": formataddr((name, address)),
        "Subject": Header(subject, "utf-8", header_name="Subject").encode(),
    }
    return "".join(
        f"{header}: {line}\r\n".replace("\n ", "\r\n ")
        for header, line in lines.items()
    ).encode("ascii")


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    content = base64.b64decode(attachment.content, validate=True)
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise ActionRefused(
            "an attachment is not the one that was decided on: its sha256 differs",
            code="attachment",
        )
    kind, _, subtype = attachment.media_type.partition("/")
    message.add_attachment(
        content,
        maintype=kind or "application",
        subtype=subtype or "octet-stream",
        filename=attachment.name,
    )

"""A mail as one file, the same bytes for the same mail: what the archive keeps."""

from __future__ import annotations

import base64
import hashlib
from email import policy
from email.message import EmailMessage

from miroir.source.archive import Archive
from miroir.types.action import Mail
from miroir.types.source import ReceivedFile

_POLICY = policy.SMTP.clone(utf8=True, cte_type="8bit", max_line_length=100_000)


def archived(archive: Archive, mail: Mail) -> str:
    """Keep the mail in the archive; the sha256 that it is found by."""
    file = ReceivedFile.of("courriel.eml", as_file(mail))
    archive.put(file)
    return file.sha256


def as_file(mail: Mail) -> bytes:
    """The mail without what each sending adds: its date, its number, its sender."""
    message = EmailMessage(_POLICY)
    message["To"] = ", ".join(mail.to)
    message["Subject"] = mail.subject
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for each in mail.attachments:
        kind, _, subtype = each.media_type.partition("/")
        message.add_attachment(
            base64.b64decode(each.content),
            maintype=kind,
            subtype=subtype,
            filename=each.name,
        )
    parts = [mail.subject, mail.text, mail.html, *(a.sha256 for a in mail.attachments)]
    seed = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    for rank, part in enumerate(message.walk()):
        if part.is_multipart():
            # Else at random: the same mail would be other bytes each time.
            part.set_boundary(f"miroir-{seed}-{rank}")
    return message.as_bytes()

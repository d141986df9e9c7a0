"""Files that go with a mail or a case: bounded, and nobody's number in them."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
import unicodedata
from pathlib import Path

from miroir.dossier.moves import MoveRefused
from miroir.privacy import mask, names_a_person
from miroir.types.action import Attachment

MOST_BYTES = 10 * 1024 * 1024
_NAME = re.compile(r"[^\w .,()+-]")


def attached(name: str, content: bytes) -> Attachment:
    """An attachment; raises MoveRefused, in French, for what may not leave."""
    safe = _NAME.sub("_", unicodedata.normalize("NFC", name)).strip(". ")[:100]
    if not safe:
        raise MoveRefused(f"Pièce jointe «{mask(name)}» : nom de fichier inutilisable.")
    if len(content) > MOST_BYTES:
        raise MoveRefused(f"Pièce jointe «{safe}» : 10 Mo au plus.")
    if names_a_person(safe) or names_a_person(content.decode("utf-8", "ignore")):
        raise MoveRefused(
            f"Pièce jointe «{mask(safe)}» : elle contient ce qui ressemble à un numéro de"
            " Sécurité sociale. Passer par l’espace sécurisé."
        )
    kind = mimetypes.guess_type(safe)[0] or "application/octet-stream"
    return Attachment(
        name=safe,
        media_type=kind,
        content=base64.b64encode(content).decode("ascii"),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def attached_file(path: Path) -> Attachment:
    """The same of a file of this machine."""
    try:
        return attached(path.name, path.read_bytes())
    except OSError as error:
        raise MoveRefused(
            f"Pièce jointe {path} : illisible ({error.strerror})."
        ) from None

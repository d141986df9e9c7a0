"""A last net: numbers that name a person or a bank account are hidden.

The first rule stays never to write them. This catches what a file name, a
free text or an exception of some library brings along.
"""

from __future__ import annotations

import logging
import re

HIDDEN = "•••"

_GAP = r"[ \t\u00a0\u202f._\-]"
_BY_MEANING = (  # 1 85 05 78 006 084 36, any of the separators left out
    rf"[1-478]{_GAP}?[0-9]{{2}}{_GAP}?[0-9]{{2}}{_GAP}?(?:[0-9]{{2}}|2[ABab])"
    rf"{_GAP}?[0-9]{{3}}{_GAP}?[0-9]{{3}}(?:{_GAP}?[0-9]{{2}})?"
)
_BY_THOUSANDS = (  # 1 850 578 006 084 or 185 057 800 608 436, as a sheet shows it
    rf"[1-478](?:[0-9]{{2}})?(?:{_GAP}[0-9]{{3}}){{4}}"
)
_IBAN = (
    r"[A-Z]{2}[0-9]{2}(?:[ \u00a0\u202f]?[A-Z0-9]{4}){2,7}"
    r"(?:[ \u00a0\u202f]?[A-Z0-9]{1,3})?"
)
_FRENCH_IBAN = (
    r"[Ff][Rr][0-9]{2}(?:[ \u00a0\u202f]?[A-Za-z0-9]{4}){5}"
    r"[ \u00a0\u202f]?[A-Za-z0-9]{3}"
)
_SUSPECT = re.compile(
    r"(?P<digest>(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z]))"
    rf"|(?<![0-9])(?:{_BY_MEANING}|{_BY_THOUSANDS})(?![0-9])"
    rf"|(?<![0-9A-Za-z])(?P<iban>{_FRENCH_IBAN}|{_IBAN})(?![0-9A-Za-z])"
)
_SHORTEST_IBAN = 15
_OPAQUE = re.compile(r"(?:W/)?\"?(?=[0-9]*[A-Za-z])[0-9A-Za-z+/=_-]{16,128}\"?")


def mask(text: str) -> str:
    """Replace by «•••» what looks like a NIR (13 or 15 digits) or an IBAN.

    A NIR may be written in one block, in its own groups or by thousands. A
    SIREN, a SIRET, a VAT number and a sha256 are left as they are.
    """
    return _SUSPECT.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    if match["digest"] is not None:
        return match[0]
    iban = match["iban"]
    if iban is not None and len("".join(iban.split())) < _SHORTEST_IBAN:
        return match[0]
    return HIDDEN


def names_a_person(text: str) -> bool:
    """Something in it looks like a NIR; an IBAN may be that of an institution."""
    found = _SUSPECT.finditer(text)
    return any(match["digest"] is None and match["iban"] is None for match in found)


def is_opaque(text: str) -> bool:
    """A token of some system, such as an ETag, and no text: what looks like a
    number in its digits is chance."""
    return _OPAQUE.fullmatch(text) is not None


class MaskPersonalData(logging.Filter):
    """Masks message, arguments and traceback; to be put on every handler.

    On a logger it would miss the records of that logger's children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(_message(record))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            # Formatters print this text rather than the exception.
            record.exc_text = mask(record.exc_text)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    # Merged before masking: a number may be split between two arguments.
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"

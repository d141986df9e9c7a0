"""A last net: numbers of persons, bank accounts and secrets are hidden.

The first rule stays never to write them. This catches what a file name, a
free text, a plugin or an exception of some library brings along: every error
of Miroir, every log and what the store keeps of a reason pass through it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote
from weakref import WeakValueDictionary

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
_LONG_SECRET, _SHORTEST_SECRET = 8, 4
"""A short one is hidden only where it is a word: it may be part of another."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^@?#\s]*", re.IGNORECASE)
"""One without a password or a parameter: messages name it."""
_PASSWORD = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")
_OPAQUE = re.compile(r"(?:W/)?\"?(?=[0-9]*[A-Za-z])[0-9A-Za-z+/=_-]{16,128}\"?")


class Hidden:
    """A value that `mask` hides for as long as this lives.

    As it is, and as an address, JSON or `repr` writes it; of one that has
    several lines, each line too; of an address, its password too, and nothing
    when it has none. Shorter than four characters it is no secret, nor is a word
    of less than eight letters: messages are made of words.
    """

    __slots__ = ("__weakref__", "forms")

    def __init__(self, value: str) -> None:
        self.forms = tuple(sorted(set(_forms(value)), key=len, reverse=True))
        _HIDDEN_NOW[id(self)] = self


_HIDDEN_NOW: WeakValueDictionary[int, Hidden] = WeakValueDictionary()


def mask(text: str) -> str:
    """Replace by «•••» every secret, and what looks like a NIR or an IBAN.

    A NIR (13 or 15 digits) may be written in one block, in its own groups or by
    thousands. A SIREN, a SIRET, a VAT number and a sha256 are left as they are.
    """
    return mask_numbers(_without_secrets(text))


def mask_numbers(text: str) -> str:
    """As `mask`, secrets left: for texts that are judged by what they hold."""
    return _SUSPECT.sub(_hide, text)


def _forms(value: str) -> Iterator[str]:
    for part in (value, *value.splitlines(), *_passwords(value)):
        text = part.strip()
        word = text.isalpha() and len(text) < _LONG_SECRET
        if len(text) >= _SHORTEST_SECRET and not word and not _ADDRESS.fullmatch(text):
            yield text
            yield quote(text, safe="")
            yield json.dumps(text)[1:-1]
            yield repr(text)[1:-1]


def _passwords(value: str) -> Iterator[str]:
    for match in _PASSWORD.finditer(value):
        yield match[1]
        yield unquote(match[1])


def _without_secrets(text: str) -> str:
    found = {
        form
        for reference in _HIDDEN_NOW.valuerefs()  # a copy: threads add to it
        if (hidden := reference()) is not None
        for form in hidden.forms
        if form in text
    }
    for form in sorted(found, key=len, reverse=True):
        if len(form) >= _LONG_SECRET:
            text = text.replace(form, HIDDEN)
        else:
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
    return text


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

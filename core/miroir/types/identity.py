"""Who is who: SIREN, SIRET, and the two numbers that name a person in a DSN.

A person is named by a NIR (13 digits, without its key) or, until one is
known, by an NTT, a technical number of the employer. Both are personal data:
they are carried as they are only inside the computation, and leave it as a
pseudonym (`miroir.privacy`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NIR = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}", re.ASCII)


def is_siren(text: str) -> bool:
    """Nine digits whose Luhn key is right."""
    from stdnum.fr import siren  # it imports ssl: only where it is needed

    return text.isascii() and text.isdigit() and siren.is_valid(text)


def is_siret(text: str) -> bool:
    """Fourteen digits whose key is right (La Poste has a rule of its own)."""
    from stdnum.fr import siret

    return text.isascii() and text.isdigit() and siret.is_valid(text)


def is_nir(text: str) -> bool:
    """Shape of a NIR: 13 characters, Corsica's 2A and 2B included."""
    return _NIR.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, order=True)
class PersonNumber:
    """A NIR or an NTT. Its repr and str never show it."""

    value: str

    @property
    def is_ntt(self) -> bool:
        return not is_nir(self.value)

    def reveal(self) -> str:
        """The number itself, to be called only where showing it is allowed."""
        return self.value

    def __repr__(self) -> str:
        return "PersonNumber(•••)"

    __str__ = __repr__

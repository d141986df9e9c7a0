"""Keep persons out of what is shown: numbers become names, names disappear."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from miroir.masking import HIDDEN, mask
from miroir.types.declaration import Evidence
from miroir.types.identity import PersonNumber

_NUMBERS = {"S21.G00.30.001", "S21.G00.30.020", "S21.G00.31.008"}

# Blocks that describe a person, an employee or a contact of the company.
_PERSONAL = (
    "S10.G00.02.",
    "S20.G00.07.",
    "S21.G00.30.",
    "S21.G00.31.",
    "S21.G00.73.",
    "S89.G00.",
)
# The date of a change; the order number, often a clock of 13 digits like a NIR.
_NOT_PERSONAL = {"S21.G00.31.001", "S20.G00.05.004"}

# A NIR met in free text, written in one go or in groups, with its key or not.
# SIRET have 14 digits and SIREN 9: neither is taken for one.
_NIR = re.compile(
    r"(?<![0-9A-Za-z])"
    r"([1-478] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3})"
    r"(?: ?[0-9]{2})?(?![0-9A-Za-z])"
)

# What would move the cursor or turn the text around on a terminal.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Mask:
    """What may be shown of a person, decided once for the whole output."""

    name_of: Callable[[PersonNumber], str]

    def text(self, text: str) -> str:
        """Free text: NIR renamed, IBAN hidden, control characters replaced."""
        clean = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
        parts: list[str] = []
        end = 0
        for match in _NIR.finditer(clean):
            number = PersonNumber(match[1].replace(" ", ""))
            parts += [mask(clean[end : match.start()]), self.name_of(number)]
            end = match.end()
        return "".join([*parts, mask(clean[end:])])

    def value(self, evidence: Evidence) -> str:
        """The value of an evidence; personal rubriques do not show theirs."""
        if evidence.rubrique in _NUMBERS and evidence.value:
            return self.name_of(PersonNumber(evidence.value))
        if evidence.rubrique in _NOT_PERSONAL:
            return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", evidence.value)
        if evidence.rubrique.startswith(_PERSONAL):
            return HIDDEN
        return self.text(evidence.value)

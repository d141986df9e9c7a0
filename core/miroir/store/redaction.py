"""What an analysis says, in the words that may be stored: pseudonyms only."""

from __future__ import annotations

import re

from miroir.privacy import HIDDEN, Keys, mask
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.identity import PersonNumber

_NUMBER = re.compile(r"[0-9A-Za-z]{11,40}", re.ASCII)  # a NIR or an NTT
_IDENTITY = ("S21.G00.30.", "S21.G00.31.")


class Redaction:
    """Replaces the numbers of a company's employees wherever they are written.

    An NTT has no shape of its own: only who declared it tells that it is one.
    """

    def __init__(self, analysis: CompanyAnalysis, keys: Keys) -> None:
        self._keys = keys
        view = analysis.view
        self._numbers = {line.person.reveal() for line in view.mirror}
        for version in view.versions:
            for employee in version.declaration.employees:
                self._numbers.add(employee.person.reveal())
                if employee.ntt is not None:
                    self._numbers.add(employee.ntt.reveal())

    def text(self, text: str) -> str:
        return mask(_NUMBER.sub(self._rename, text))

    def contract(self, number: str) -> str:
        """A contract's number; some software writes the employee's NIR there."""
        if self.text(number) == number:
            return number
        return self._keys.pseudonym(PersonNumber(number))

    def evidence(self, evidence: Evidence) -> dict[str, str | int]:
        """Where to look; who the employee is stays in the file."""
        hidden = evidence.rubrique.startswith(_IDENTITY)
        return {
            "file": self.text(evidence.file),
            "line": evidence.line,
            "rubrique": evidence.rubrique,
            "value": HIDDEN if hidden else self.text(evidence.value),
        }

    def _rename(self, match: re.Match[str]) -> str:
        if match[0] not in self._numbers:
            return match[0]
        return self._keys.pseudonym(PersonNumber(match[0]))

"""The cells of one row of a table, read into SIREN, months and amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from miroir import Month, Refusal
from miroir.types.identity import is_siren, is_siret

from miroir_connectors.amounts import cents_of_number, read_cents
from miroir_connectors.sheet import Cell, as_text

_SPACE = re.compile(r"[\s.\u00a0\u202f]+")
_MONTH_FIRST = re.compile(r"(?:[0-3]?[0-9]/)?(0?[1-9]|1[0-2])[/-]([12][0-9]{3})")
_YEAR_FIRST = re.compile(r"([12][0-9]{3})[-/]?(0[1-9]|1[0-2])(?:[-/][0-3][0-9])?")
_WHOLE_CENTS = re.compile(r"([+-]?)\s*([0-9]{1,15})(-?)", re.ASCII)


@dataclass(slots=True)
class Cells:
    """The cells of the known columns; `faults` fills up while they are read.

    `whole_cents`: amounts are digits without a decimal mark, in cents.
    """

    cells: Mapping[str, Cell]
    row: Mapping[str, str]
    file: str
    line: int
    whole_cents: bool = False
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def refusal(self, prefix: str) -> Refusal:
        """One refusal with all the reasons; its code is that of the first."""
        return Refusal(
            file=self.file,
            line=self.line,
            code=f"{prefix}_{self.faults[0][0]}",
            reason="; ".join(reason for _, reason, _ in self.faults),
            remedy=" ".join(dict.fromkeys(remedy for *_, remedy in self.faults)),
        )

    def text(self, column: str) -> str:
        return as_text(self.cells.get(column, ""))

    def siret(self) -> str:
        siret = self._number("siret", 14)
        if siret and not is_siret(siret):
            self.fault("SIRET", f"siret «{siret[:40]}» is not right", "Give 14 digits.")
        return siret

    def siren(self, siret: str) -> str:
        """The SIREN, from its column or from the SIRET."""
        siren = self._number("siren", 9) or siret[:9]
        if not is_siren(siren):
            what = f"siren «{siren[:40]}» is not right" if siren else "siren is empty"
            self.fault("SIREN", what, "Give 9 digits, with their leading zeros.")
        elif siret and not siret.startswith(siren):
            what = f"siret {siret[:40]} is not an establishment of siren {siren}"
            self.fault("SIRET", what, "Correct one of the two.")
        return siren

    def period(self) -> Month | None:
        cell = self.cells.get("period", "")
        if isinstance(cell, date):
            return Month.of(cell)
        text = as_text(cell)
        if not text:
            return None
        if match := _YEAR_FIRST.fullmatch(text):
            return Month(int(match[1]), int(match[2]))
        if match := _MONTH_FIRST.fullmatch(text):
            return Month(int(match[2]), int(match[1]))
        what = f"period «{text[:40]}» is not a month"
        self.fault("PERIODE", what, "Write it 2026-03, 03/2026 or 31/03/2026.")
        return None

    def amount(self, column: str) -> int | None:
        cell = self.cells.get(column, "")
        if cell == "":
            return None
        try:
            if self.whole_cents:
                return _digits(as_text(cell))
            if isinstance(cell, float):
                return cents_of_number(cell)
            return read_cents(as_text(cell))
        except ValueError as error:
            self.fault("MONTANT", f"{column}: {error}", "Write it 1 234,56.")
            return None

    def fault(self, code: str, reason: str, remedy: str) -> None:
        self.faults.append((code, reason, remedy))

    def _number(self, column: str, length: int) -> str:
        cell = self.cells.get(column, "")
        text = _SPACE.sub("", as_text(cell))
        # A sheet that holds a number has lost its zeros; the key tells if
        # putting them back was right.
        return text.zfill(length) if text and isinstance(cell, float) else text


def _digits(text: str) -> int:
    """Cents of «000000123456», «+1234», «-1234» or «1234-»."""
    match = _WHOLE_CENTS.fullmatch(text.strip())
    if match is None or (match[1] and match[3]):
        raise ValueError(f"«{text[:40]}» is not a number of cents")
    cents = int(match[2])
    return -cents if "-" in (match[1], match[3]) else cents

"""One row of a campaign file, into a line or a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from miroir import CampaignLine, Month, Refusal
from miroir.types.identity import is_siren, is_siret

from miroir_connectors.amounts import cents_of_number, read_cents
from miroir_connectors.campaign_file.sheet import Cell, as_text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "siren": ("n° siren", "numero siren", "siren entreprise", "siren declarant"),
    "siret": (
        "n° siret",
        "numero siret",
        "siret etablissement",
        "siret declarant",
        "siret d'affectation",
    ),
    "period": (
        "periode",
        "mois",
        "mois de paie",
        "periode de paie",
        "mois principal declare",
        "periode declaree",
    ),
    "campaign": ("campagne", "nom de la campagne", "libelle campagne"),
    "declared": (
        "declare",
        "montant declare",
        "cotisation declaree",
        "cotisations declarees",
    ),
    "calculated": (
        "calcule",
        "montant calcule",
        "montant recalcule",
        "cotisation calculee",
        "cotisations calculees",
    ),
}

_SPACE = re.compile(r"[\s.\u00a0\u202f]+")
_MONTH_FIRST = re.compile(r"(?:[0-3]?[0-9]/)?(0?[1-9]|1[0-2])[/-]([12][0-9]{3})")
_YEAR_FIRST = re.compile(r"([12][0-9]{3})[-/]?(0[1-9]|1[0-2])(?:[-/][0-3][0-9])?")


@dataclass(slots=True)
class Line:
    """The cells of the known columns; `faults` fills up while they are read."""

    cells: Mapping[str, Cell]
    row: Mapping[str, str]
    file: str
    line: int
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def read(self, campaign: str) -> CampaignLine | Refusal:
        """What the row says, or one refusal with all its reasons."""
        siret = self._siret()
        found = CampaignLine(
            siren=self._siren(siret),
            siret=siret,
            period=self._period(),
            campaign=self._text("campaign") or campaign,
            declared=self._amount("declared"),
            calculated=self._amount("calculated"),
            file=self.file,
            line=self.line,
            row=self.row,
        )
        if not self.faults:
            return found
        return Refusal(
            file=self.file,
            line=self.line,
            code=f"CAMPAGNE_{self.faults[0][0]}",
            reason="; ".join(reason for _, reason, _ in self.faults),
            remedy=" ".join(dict.fromkeys(remedy for *_, remedy in self.faults)),
        )

    def _text(self, column: str) -> str:
        return as_text(self.cells.get(column, ""))

    def _number(self, column: str, length: int) -> str:
        cell = self.cells.get(column, "")
        text = _SPACE.sub("", as_text(cell))
        # A sheet that holds a number has lost its zeros; the key tells if
        # putting them back was right.
        return text.zfill(length) if text and isinstance(cell, float) else text

    def _siret(self) -> str:
        siret = self._number("siret", 14)
        if siret and not is_siret(siret):
            self._fault(
                "SIRET", f"siret «{siret[:40]}» is not right", "Give 14 digits."
            )
        return siret

    def _siren(self, siret: str) -> str:
        siren = self._number("siren", 9) or siret[:9]
        if not is_siren(siren):
            what = f"siren «{siren[:40]}» is not right" if siren else "siren is empty"
            self._fault("SIREN", what, "Give 9 digits, with their leading zeros.")
        elif siret and not siret.startswith(siren):
            what = f"siret {siret[:40]} is not an establishment of siren {siren}"
            self._fault("SIRET", what, "Correct one of the two.")
        return siren

    def _period(self) -> Month | None:
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
        self._fault("PERIODE", what, "Write it 2026-03, 03/2026 or 31/03/2026.")
        return None

    def _amount(self, column: str) -> int | None:
        cell = self.cells.get(column, "")
        if cell == "":
            return None
        try:
            if isinstance(cell, float):
                return cents_of_number(cell)
            return read_cents(as_text(cell))
        except ValueError as error:
            self._fault("MONTANT", f"{column}: {error}", "Write it 1 234,56.")
            return None

    def _fault(self, code: str, reason: str, remedy: str) -> None:
        self.faults.append((code, reason, remedy))

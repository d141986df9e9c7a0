"""The cells of one row, read into SIREN, months, days, amounts and rates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from miroir import Month, Refusal
from miroir.types.identity import is_siren, is_siret

from miroir_connectors.mapping.amounts import cents_of_number, read_cents
from miroir_connectors.mapping.column import Column
from miroir_connectors.records.row import Cell, as_text

_SPACE = re.compile(r"[\s.\u00a0\u202f]+")
_MONTH_FIRST = re.compile(r"(?:[0-3]?[0-9]/)?(0?[1-9]|1[0-2])[/-]([12][0-9]{3})")
_YEAR_FIRST = re.compile(r"([12][0-9]{3})[-/]?(0[1-9]|1[0-2])(?:[-/][0-3][0-9])?")
_DIGITS = re.compile(r"([+-]?)\s*([0-9]{1,15})(-?)", re.ASCII)
_CENTS = 2


@dataclass(slots=True)
class Cells:
    """The cells of the known columns; `faults` fills up while they are read.

    `described`: how the configuration says that columns are written.
    `whole_cents`: amounts are digits without a decimal mark, in cents.
    `place`: where the row is, when its line does not say it.
    """

    cells: Mapping[str, Cell]
    row: Mapping[str, str]
    file: str
    line: int
    whole_cents: bool = False
    described: Mapping[str, Column] = field(default_factory=dict)
    place: str = ""
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def refusal(self, prefix: str) -> Refusal:
        """One refusal with all the reasons; its code is that of the first."""
        reason = "; ".join(reason for _, reason, _ in self.faults)
        return Refusal(
            file=self.file,
            line=self.line,
            code=f"{prefix}_{self.faults[0][0]}",
            reason=f"{self.place}: {reason}" if self.place else reason,
            remedy=" ".join(dict.fromkeys(remedy for *_, remedy in self.faults)),
        )

    def text(self, column: str) -> str:
        return as_text(self._cell(column))

    def siret(self) -> str:
        siret = self.digits("siret", 14)
        if siret and not is_siret(siret):
            self.fault("SIRET", f"siret «{siret[:40]}» is not right", "Give 14 digits.")
        return siret

    def siren(self, siret: str) -> str:
        """The SIREN, from its column or from the SIRET."""
        siren = self.digits("siren", 9) or siret[:9]
        if not is_siren(siren):
            what = f"siren «{siren[:40]}» is not right" if siren else "siren is empty"
            self.fault("SIREN", what, "Give 9 digits, with their leading zeros.")
        elif siret and not siret.startswith(siren):
            what = f"siret {siret[:40]} is not an establishment of siren {siren}"
            self.fault("SIRET", what, "Correct one of the two.")
        return siren

    def period(self) -> Month | None:
        cell = self._dated("period")
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

    def day(self, column: str) -> str:
        """A day as 2026-01-31, or what the cell holds when it is none."""
        return as_text(self._dated(column))

    def amount(self, column: str) -> int | None:
        cell = self._cell(column)
        if cell == "":
            return None
        try:
            if (decimals := self._decimals(column)) is not None:
                return _cents_of_digits(as_text(cell), decimals)
            if isinstance(cell, float):
                return cents_of_number(cell)
            return read_cents(as_text(cell))
        except ValueError as error:
            self.fault("MONTANT", f"{column}: {error}", "Write it 1 234,56.")
            return None

    def decimal(self, column: str) -> str:
        """A number with its decimal mark put in where the file has none."""
        text, decimals = self.text(column), self._described(column).decimals
        if decimals is None or not re.fullmatch("[0-9]+", text, re.ASCII):
            return text
        return str(Decimal(text).scaleb(-decimals))

    def digits(self, column: str, length: int) -> str:
        """The digits of a number that names something, without its spaces."""
        cell = self._cell(column)
        text = _SPACE.sub("", as_text(cell))
        # A sheet that holds a number has lost its zeros; the key tells if
        # putting them back was right.
        return text.zfill(length) if text and isinstance(cell, float) else text

    def fault(self, code: str, reason: str, remedy: str) -> None:
        self.faults.append((code, reason, remedy))

    def _described(self, column: str) -> Column:
        return self.described.get(column, _PLAIN)

    def _decimals(self, column: str) -> int | None:
        own = self._described(column).decimals
        return _CENTS if own is None and self.whole_cents else own

    def _cell(self, column: str) -> Cell:
        """The cell, its code translated."""
        described = self._described(column)
        if described.always is not None:
            return described.always
        cell = self.cells.get(column, "")
        if not described.values:
            return cell
        code = as_text(cell)
        if code in described.values:
            return described.values[code]
        if code:
            self.fault(
                "CODE",
                f"{column}: no meaning is given for «{code[:40]}»",
                f"Add it to [sources.<name>.columns.{column}.values].",
            )
        return ""

    def _dated(self, column: str) -> Cell:
        cell, format = self._cell(column), self._described(column).format
        if not format or isinstance(cell, date) or cell == "":
            return cell
        try:
            return datetime.strptime(as_text(cell), format).date()
        except ValueError:
            return cell


_PLAIN = Column()


def _cents_of_digits(text: str, decimals: int) -> int:
    """Cents of «000000123456», «+1234», «-1234» or «1234-»."""
    match = _DIGITS.fullmatch(text.strip())
    if match is None or (match[1] and match[3]):
        raise ValueError(f"«{text[:40]}» is not a number of cents")
    cents = Decimal(match[2]).scaleb(_CENTS - decimals)
    if cents != int(cents):
        raise ValueError(f"«{text[:40]}» has more than two decimals")
    return -int(cents) if "-" in (match[1], match[3]) else int(cents)

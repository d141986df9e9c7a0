"""Adhesion conditions: everything wrong in a row is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from miroir import AdhesionCondition, AdhesionReading, Headcount, Refusal
from miroir.types.identity import is_siren, is_siret

from miroir_connectors.mapping.cells import Cells

PREFIX = "ADHESION"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "siren": ("n° siren", "numero siren"),
    "siret": ("n° siret", "numero siret", "siret etablissement"),
    "categorie": ("code categorie", "categorie professionnelle"),
    "date_effet": ("date d'effet", "date debut", "date de debut"),
    "date_fin": ("date de fin", "fin"),
    "taux_calcul_t1": ("taux t1", "taux de calcul t1"),
    "taux_calcul_t2": ("taux t2", "taux de calcul t2"),
    "part_employeur": ("part patronale", "part de l'employeur"),
    "idcc": ("code idcc", "convention collective"),
    "siret_institution": ("siret de l'institution", "institution"),
    "periodicite": ("periodicite de paiement",),
    "effectif": ("tranche d'effectif",),
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {"garanties": ("codes des garanties",)}

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RATE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?", re.ASCII)
_IDCC = re.compile(r"[0-9]{4}", re.ASCII)
_DIGITS = {"siren": 9, "siret": 14, "siret_institution": 14, "categorie": 2, "idcc": 4}
_RATES = ("taux_calcul_t1", "taux_calcul_t2", "part_employeur")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,31}", re.ASCII)
_LOST_ZEROS = "A spreadsheet drops leading zeros: format the column as text."
_LONGEST = 40


@dataclass(slots=True)
class Row:
    """The cells of one row by column; `faults` fills up while they are read."""

    cells: Mapping[str, str]
    file: str
    line: int
    place: str = ""
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def condition(self) -> AdhesionCondition | Refusal:
        """What the row says, or one refusal with all its reasons."""
        condition = AdhesionCondition(
            siren=self._siren(),
            siret=self._siret(),
            category=self._choice("categorie", "CATEGORIE", ("01", "02", "04")),
            valid_from=self._date("date_effet") or date.min,
            valid_until=self._date("date_fin", optional=True),
            rate_t1=self._rate("taux_calcul_t1", "TAUX"),
            rate_t2=self._rate("taux_calcul_t2", "TAUX"),
            employer_share=self._rate("part_employeur", "PART"),
            idcc=self._idcc(),
            institution=self._institution(),
            periodicity=self._choice("periodicite", "PERIODICITE", ("M", "T")),
            headcount=self._headcount(),
            guarantees=self._guarantees(),
            file=self.file,
            line=self.line,
        )
        until = condition.valid_until
        if until is not None and until < condition.valid_from and not self.faults:
            self._fault(
                "PERIODE",
                f"date_fin {until} is before date_effet {condition.valid_from}",
                "Correct one of the two dates.",
            )
        return self._refusal() if self.faults else condition

    def _refusal(self) -> Refusal:
        remedies = dict.fromkeys(remedy for _, _, remedy in self.faults)
        reason = "; ".join(reason for _, reason, _ in self.faults)
        return Refusal(
            file=self.file,
            line=self.line,
            code=f"{PREFIX}_{self.faults[0][0]}",
            reason=f"{self.place}: {reason}" if self.place else reason,
            remedy=" ".join(remedies),
        )

    def _fault(self, code: str, reason: str, remedy: str) -> None:
        self.faults.append((code, reason, remedy))

    def _bad(self, code: str, column: str, remedy: str) -> None:
        value = self.cells[column]
        shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
        what = f"«{shown}» is not right" if value else "empty"
        self._fault(code, f"{column}: {what}", remedy)

    def _siren(self) -> str:
        if not is_siren(self.cells["siren"]):
            self._bad("SIREN", "siren", f"Give 9 digits, key right. {_LOST_ZEROS}")
        return self.cells["siren"]

    def _siret(self) -> str:
        siret, siren = self.cells["siret"], self.cells["siren"]
        if siret and not is_siret(siret):
            remedy = "Give 14 digits, key right, or nothing: all establishments."
            self._bad("SIRET", "siret", f"{remedy} {_LOST_ZEROS}")
        elif siret and not siret.startswith(siren):
            self._fault(
                "SIRET",
                f"siret {siret} is not an establishment of siren {siren}",
                "Correct one of the two.",
            )
        return siret

    def _institution(self) -> str:
        institution = self.cells["siret_institution"]
        if not is_siret(institution):
            remedy = f"Give the SIRET of the institution. {_LOST_ZEROS}"
            self._bad("INSTITUTION", "siret_institution", remedy)
        return institution

    def _choice(self, column: str, code: str, choices: tuple[str, ...]) -> str:
        value = self.cells[column].upper()
        if value not in choices:
            self._bad(code, column, f"Give one of {', '.join(choices)}.")
        return value

    def _headcount(self) -> Headcount | None:
        value = self.cells["effectif"].lower()
        if not value:
            return None
        if value not in tuple(Headcount):
            remedy = f"Give {' or '.join(Headcount)}, or nothing: unknown."
            self._bad("EFFECTIF", "effectif", remedy)
            return None
        return Headcount(value)

    def _guarantees(self) -> tuple[str, ...]:
        codes = tuple(self.cells.get("garanties", "").split())
        if not all(map(_CODE.fullmatch, codes)):
            remedy = "Give codes of the menu separated by spaces, or nothing."
            self._bad("GARANTIES", "garanties", remedy)
        return codes

    def _idcc(self) -> str:
        idcc = self.cells["idcc"]
        if idcc and not _IDCC.fullmatch(idcc):
            remedy = f"Give 4 digits, or nothing: unknown. {_LOST_ZEROS}"
            self._bad("IDCC", "idcc", remedy)
        return idcc

    def _date(self, column: str, *, optional: bool = False) -> date | None:
        text = self.cells[column]
        if optional and not text:
            return None
        # fromisoformat alone also takes 20260101 and 2026-W01-1.
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        self._bad("DATE", column, "Give a date that exists, as 2026-01-31.")
        return None

    def _rate(self, column: str, code: str) -> Decimal:
        text = self.cells[column]
        if _RATE.fullmatch(text):
            rate = Decimal(text.replace(",", "."))
            if 0 < rate <= 100:
                return rate
        remedy = "Give percents above 0, up to 100, as 6.20; no sign, no %."
        self._bad(code, column, remedy)
        return Decimal(0)


def read_condition(cells: Cells) -> AdhesionCondition | Refusal:
    """What a row says, whatever its file is made of."""
    texts = {column: cells.text(column) for column in (*COLUMNS, *OPTIONAL)}
    texts |= {column: cells.digits(column, size) for column, size in _DIGITS.items()}
    texts |= {column: cells.day(column) for column in ("date_effet", "date_fin")}
    texts |= {column: cells.decimal(column) for column in _RATES}
    if cells.faults:  # a code that nothing translates
        return cells.refusal(PREFIX)
    return Row(texts, cells.file, cells.line, cells.place).condition()


def gather(read: Iterable[AdhesionCondition | Refusal]) -> AdhesionReading:
    """The rows of one file; one that overlaps an earlier one is refused."""
    conditions: list[AdhesionCondition] = []
    refusals: list[Refusal] = []
    kept: defaultdict[tuple[str, ...], list[AdhesionCondition]] = defaultdict(list)
    for each in read:
        if isinstance(each, Refusal):
            refusals.append(each)
            continue
        same = kept[each.siren, each.siret, each.category]
        overlap = _overlap(each, same)
        if overlap is not None:
            refusals.append(overlap)
        else:
            same.append(each)
            conditions.append(each)
    return AdhesionReading(conditions=tuple(conditions), refusals=tuple(refusals))


def _overlap(
    new: AdhesionCondition, earlier: Sequence[AdhesionCondition]
) -> Refusal | None:
    for old in earlier:
        new_end, old_end = new.valid_until or date.max, old.valid_until or date.max
        if new.valid_from <= old_end and old.valid_from <= new_end:
            return Refusal(
                file=new.file,
                line=new.line,
                code=f"{PREFIX}_CHEVAUCHEMENT",
                reason=f"its dates overlap those of line {old.line}, for the same "
                f"siren, siret and categorie {new.category}",
                remedy="End the earlier row before this one begins.",
            )
    return None

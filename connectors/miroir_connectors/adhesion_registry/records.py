"""The rows of a registry as text: which company each is of, which version."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from miroir import AdhesionCondition

HEADER = (
    "siren",
    "siret",
    "categorie",
    "date_effet",
    "date_fin",
    "taux_calcul_t1",
    "taux_calcul_t2",
    "part_employeur",
    "idcc",
    "siret_institution",
    "periodicite",
    "effectif",
    "garanties",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """A whole registry: its header, and the text of each row with its SIREN.

    Rows of other companies are written back byte for byte.
    """

    header: str
    rows: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, text: str) -> Records:
        """Cut a CSV of `;` into rows, each with its line ends.

        Raises csv.Error when a quote is not closed.
        """
        records = list(_records(text))
        if not records:
            return cls(header=_line(HEADER), rows=())
        (cells, header), *others = records
        names = [cell.strip().lower() for cell in cells]
        place = names.index("siren") if "siren" in names else 0
        return cls(
            header=header,
            rows=tuple(
                (own[place].strip() if len(own) > place else "", raw)
                for own, raw in others
            ),
        )

    def own(self, siren: str) -> tuple[str, ...]:
        return tuple(raw for of, raw in self.rows if of == siren)

    def version(self, siren: str) -> str:
        """A fingerprint of a company's rows; empty when it has none."""
        rows = self.own(siren)
        if not rows:
            return ""
        text = "".join(row.rstrip("\r\n") + "\n" for row in rows)
        return hashlib.sha256(text.encode()).hexdigest()

    def replaced(self, siren: str, conditions: Iterable[AdhesionCondition]) -> Records:
        """The rows of a company replaced, where its first one was."""
        new = [(siren, _line(_cells(each, self._order()))) for each in conditions]
        at = next(
            (rank for rank, (of, _) in enumerate(self.rows) if of == siren),
            len(self.rows),
        )
        before = [row for row in self.rows[:at] if row[0] != siren]
        after = [row for row in self.rows[at:] if row[0] != siren]
        return Records(header=self.header, rows=(*before, *new, *after))

    def text(self) -> str:
        """The whole file; every row ends with a line end."""
        parts = [self.header, *(raw for _, raw in self.rows)]
        return "".join(part if part.endswith("\n") else part + "\n" for part in parts)

    def _order(self) -> Sequence[str]:
        return next(csv.reader([self.header], delimiter=";"))


def _records(text: str) -> Iterator[tuple[list[str], str]]:
    """The cells of each record that is not blank, and its raw text."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(iter(lines), delimiter=";", strict=True)
    start = 0
    for cells in reader:
        raw = "".join(lines[start : reader.line_num])
        start = reader.line_num
        if cells:
            yield cells, raw


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerow(cells)
    return written.getvalue()


def _cells(condition: AdhesionCondition, order: Sequence[str]) -> list[str]:
    until, headcount = condition.valid_until, condition.headcount
    values = {
        "siren": condition.siren,
        "siret": condition.siret,
        "categorie": condition.category,
        "date_effet": condition.valid_from.isoformat(),
        "date_fin": until.isoformat() if until else "",
        "taux_calcul_t1": _rate(condition.rate_t1),
        "taux_calcul_t2": _rate(condition.rate_t2),
        "part_employeur": f"{condition.employer_share:f}",
        "idcc": condition.idcc,
        "siret_institution": condition.institution,
        "periodicite": condition.periodicity,
        "effectif": headcount.value if headcount else "",
        "garanties": " ".join(condition.guarantees),
    }
    return [values[name.strip().lower()] for name in order]


def _rate(percents: Decimal) -> str:
    """«6.20»: two decimals at least, as such files have them."""
    whole, _, decimals = f"{percents.normalize():f}".partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"

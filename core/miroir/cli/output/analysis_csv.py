"""The whole mirror as one table: a row per employee, contract and month.

Made for Excel in French: `;` between columns, a decimal comma, and a byte
order mark, without which Excel reads UTF-8 as Windows-1252 and breaks accents.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from miroir.cli.output.figures import is_gap, mirror_of
from miroir.cli.output.french import BASES, notes
from miroir.cli.output.mask import Mask
from miroir.types.amounts import Cents, format_cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import Analysis

HEADINGS = (
    "SIREN",
    "SIRET",
    "Salarié",
    "Contrat",
    "Période",
    "Déclaré",
    "Calculé",
    "Écart",
    "Écart retenu",
    "Déclaré 131",
    "Calculé 131",
    "Écart 131",
    "Déclaré 132",
    "Calculé 132",
    "Écart 132",
    "Déclaré 106",
    "Calculé 106",
    "Écart 106",
    "Base plafonnée déclarée",
    "Base déplafonnée déclarée",
    "Plafond",
    "Tranche 1",
    "Tranche 2",
    "Base CET",
    "Base Apec",
    "Base du calcul",
    "Lectures retenues",
    "Remarques",
)

# A spreadsheet runs a text cell that starts with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    analysis: Analysis, mask: Mask, tolerance: Cents, stream: BinaryIO
) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    rows = csv.writer(text, delimiter=";")
    rows.writerow(HEADINGS)
    for company in sorted(analysis.companies, key=lambda one: one.view.siren):
        for line in mirror_of(company, mask):
            rows.writerow(_row(line, mask, tolerance))
    text.flush()
    text.detach()


def _row(line: MirrorLine, mask: Mask, tolerance: Cents) -> list[str]:
    calculation = line.calculation
    return [
        safe(line.siren),
        safe(line.siret),
        safe(mask.name_of(line.person)),
        safe(mask.text(line.contract)),
        str(line.period),
        *_triple(line.declared.total, calculation.due.total, line.computed),
        ("oui" if is_gap(line, tolerance) else "non") if line.computed else "",
        *_amounts(line),
        BASES[calculation.basis],
        safe(mask.text(notes(calculation.readings))),
        safe(mask.text(notes(calculation.remarks))),
    ]


def _amounts(line: MirrorLine) -> Iterator[str]:
    due = line.calculation.due.by_code()
    for code, declared in line.declared.by_code().items():
        yield from _triple(declared, due[code], line.computed)
    tranches = line.calculation.tranches
    for cents in (
        line.declared_t1,
        line.declared_gross,
        tranches.ceiling,
        tranches.t1,
        tranches.t2,
        tranches.cet,
        tranches.apec,
    ):
        yield decimal_comma(cents)


def _triple(declared: Cents, due: Cents, computed: bool) -> tuple[str, str, str]:
    """Declared, due, gap; the last two empty where nothing could be computed."""
    if not computed:
        return decimal_comma(declared), "", ""
    return decimal_comma(declared), decimal_comma(due), decimal_comma(declared - due)


def decimal_comma(cents: Cents) -> str:
    """«-1234,56»: no grouping, so that a spreadsheet takes it for a number."""
    return format_cents(cents).replace(".", ",")


def safe(text: str) -> str:
    """Text that a spreadsheet shows and never runs."""
    return f"'{text}" if text.startswith(_FORMULA) else text

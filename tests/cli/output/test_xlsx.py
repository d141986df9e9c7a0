"""The workbook is read back by another library."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import click
import openpyxl  # type: ignore[import-untyped]
import pytest
from miroir.cli.output import analysis_xlsx
from miroir.cli.output.mask import Mask
from miroir.types.diagnosis import TOLERANCE, Analysis

from tests.cli.output.analyses import (
    NIRS,
    NTT,
    company,
    diagnosis,
    mirror_line,
    name_of,
    whole,
)


def read(analysis: Analysis) -> Any:
    stream = io.BytesIO()
    analysis_xlsx.write_xlsx(analysis, Mask(name_of), TOLERANCE, stream)
    return openpyxl.load_workbook(io.BytesIO(stream.getvalue()))


def rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    headings, *lines = book[sheet].iter_rows(values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines]


def test_one_sheet_per_question() -> None:
    book = read(whole())
    assert book.sheetnames == [
        "Synthèse",
        "Miroir",
        "Écarts",
        "Versements",
        "Diagnostics",
        "À étudier",
        "Refus",
    ]
    for page in book.worksheets:
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref is not None


def test_the_summary_has_a_row_per_company() -> None:
    found = rows(read(whole()), "Synthèse")
    assert [row["SIREN"] for row in found] == ["404833048", "552100554"]
    assert found[1]["Nombre d’écarts"] == 3
    assert found[1]["Écarts retenus"] == -121.64
    assert found[1]["Première cause"] == "CET non déclarée"
    assert found[0]["Première cause"] == ""


def test_amounts_and_months_are_values_not_texts() -> None:
    page = read(whole())["Écarts"]
    headings = [cell.value for cell in page[1]]
    gap = page.cell(2, headings.index("Écart") + 1)
    assert gap.value == -86.64
    assert gap.number_format == '#,##0.00\\ "€"'
    month = page.cell(2, headings.index("Mois") + 1)
    assert month.value == datetime(2026, 1, 1)
    assert month.number_format == "mmm\\ yyyy"
    siret = page.cell(2, headings.index("SIRET") + 1)
    assert (siret.value, siret.data_type) == ("55210055400013", "s")


def test_the_gaps_are_a_part_of_the_mirror() -> None:
    book = read(whole())
    assert len(rows(book, "Miroir")) == 5
    assert len(rows(book, "Écarts")) == 3
    assert len(rows(book, "Versements")) == 3


def test_diagnoses_are_in_french() -> None:
    first = rows(read(whole()), "Diagnostics")[0]
    assert first["Cause"] == "CET_ABSENTE"
    assert first["Mois"] == "janv.–mars 2026"
    assert first["Statut"] == "établi"
    assert first["Portée"] == "toute l’entreprise"
    assert first["Part expliquée"] == "99,8\u00a0%"
    assert first["À traiter par"] == "l’éditeur du logiciel de paie"
    assert first["Nombre de salariés"] == 2
    assert "f.dsn:90 S21.G00.81.004 = 906.89" in first["Preuves"]


def test_refusals_and_rejected_declarations_are_together() -> None:
    found = rows(read(whole()), "Refus")
    natures = ["Refus", "Observation", "Déclaration refusée"]
    assert [row["Nature"] for row in found] == natures
    assert found[0]["Code"] == "LINE_MALFORMED"
    assert found[0]["Ligne"] == 7
    assert found[0]["Motif"].startswith("la ligne n’est pas de la forme")
    assert found[0]["Remède"].startswith("corriger la ligne dans le logiciel")


def test_its_sentences_are_set_as_in_the_table() -> None:
    one = diagnosis(detail="manque : -17,50\u00a0€", remedy={"À verser": "-1,00"})
    book = read(Analysis(companies=(company(diagnoses=(one,)),), refusals=()))
    (row,) = rows(book, "Diagnostics")
    assert row["Constat"] == "Manque\u00a0: −17,50\u00a0€."
    assert row["Correction"].endswith("À verser\u00a0: −1,00")


def test_a_text_is_never_a_formula_nor_a_link() -> None:
    lines = (
        mirror_line(contract="=1+1"),
        mirror_line(contract="http://x.test/a", nir=NIRS[1]),
    )
    page = read(Analysis(companies=(company(lines),), refusals=()))["Miroir"]
    for row, text in ((2, "=1+1"), (3, "http://x.test/a")):
        cell = page.cell(row, 4)
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_shows_no_personal_number() -> None:
    book = read(whole())
    text = str([list(page.iter_rows(values_only=True)) for page in book.worksheets])
    assert not any(secret in text for secret in (*NIRS, NTT, "MARTINEAU"))


def test_lines_that_a_sheet_cannot_hold_are_refused() -> None:
    line = mirror_line()
    analysis = Analysis(
        companies=(company((line,) * (analysis_xlsx.LAST_ROW + 1)),), refusals=()
    )
    with pytest.raises(click.UsageError, match="use --format csv"):
        read(analysis)

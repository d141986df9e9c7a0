"""The table opens in Excel in French and nothing in it runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.cli.output.analysis_csv import HEADINGS, decimal_comma, safe, write_csv
from miroir.cli.output.mask import Mask
from miroir.types.diagnosis import TOLERANCE, Analysis

from tests.cli.output.analyses import NIRS, NTT, company, mirror_line, name_of, whole


def read(analysis: Analysis) -> list[dict[str, str]]:
    stream = io.BytesIO()
    write_csv(analysis, Mask(name_of), TOLERANCE, stream)
    content = stream.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_a_row_per_employee_contract_and_month() -> None:
    rows = read(whole())
    assert len(rows) == 5
    assert all(row.keys() == set(HEADINGS) for row in rows)
    first = rows[1]
    assert first["Salarié"] == "e-aaaaaaaaaaaaaaaa"
    assert first["Période"] == "2026-01"
    assert (first["Déclaré 131"], first["Écart 106"]) == ("1234567,89", "-86,04")
    assert (first["Écart"], first["Écart retenu"]) == ("-86,64", "oui")
    assert rows[0]["Écart retenu"] == "non"
    assert rows[1]["Tranche 2"] == "1995,00"


def test_says_on_what_basis_it_was_calculated() -> None:
    row = next(row for row in read(whole()) if row["Lectures retenues"])
    assert row["Base du calcul"] == "bases déclarées"
    assert row["Lectures retenues"] == "plafond entier"


def test_shows_no_personal_number() -> None:
    text = str(read(whole()))
    assert not any(secret in text for secret in (*NIRS, NTT))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_formula_is_shown_and_never_runs(start: str) -> None:
    contract = f"{start}HYPERLINK(1;2)"
    rows = read(
        Analysis(companies=(company((mirror_line(contract=contract),)),), refusals=())
    )
    assert rows[0]["Contrat"] == f"'{contract}"
    assert rows[0]["Écart"] == "-17,50"  # a number keeps its sign


@given(st.text())
def test_no_text_starts_a_formula(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe(text).removeprefix("'") == text.removeprefix("'")


@given(st.integers(-(10**12), 10**12))
def test_an_amount_is_read_back_exactly(cents: int) -> None:
    assert round(float(decimal_comma(cents).replace(",", ".")) * 100) == cents

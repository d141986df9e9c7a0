from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from miroir import (
    CampaignReading,
    CollectRequest,
    Month,
    ReceivedFile,
    RowsRefused,
    SourceError,
)
from miroir_connectors.campaign_file.source import CampaignFile

TEXT = (
    "N° SIREN;SIRET établissement;Période;Campagne;Déclaré;Calculé;Nom\n"
    "552100554;55210055400013;03/2026;F26;1 234,56 €;1.200,00;Été\n"
)


def _read(content: str | bytes, **settings: object) -> CampaignReading:
    data = content.encode() if isinstance(content, str) else content
    source = CampaignFile(path=Path("f.csv"), **settings)  # type: ignore[arg-type]
    return source.read(ReceivedFile.of("f.csv", data))


def _workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(i, j, cell, day)
                    else:
                        sheet.write(i, j, cell)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("cp1252"),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace("1 234,56 €", "1234.56")
        .replace(";", ",")
        .replace("1.200,00", "1200.00")
        .encode(),
        ("Campagne de fiabilisation 2026\n\n" + TEXT).encode(),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "BOM", "cp1252", "tab", "comma", "title above", "CR-LF"],
)
def test_ways_of_writing_the_same_file(content: bytes) -> None:
    reading = _read(content)
    assert reading.refusals == ()
    (line,) = reading.lines
    assert (line.siren, line.siret) == ("552100554", "55210055400013")
    assert (line.period, line.campaign) == (Month(2026, 3), "F26")
    assert (line.declared, line.calculated) == (123456, 120000)
    assert line.row["Nom"] == "Été"


def test_a_workbook_with_numbers_and_dates() -> None:
    content = _workbook(
        (
            "Lignes",
            [
                ["Campagne 2026"],
                [],
                ["SIREN", "Mois de paie", "Montant déclaré", "Montant calculé"],
                [5520135, date(2026, 3, 1), 0.1 + 0.2, -12.5],
                ["005520135", "2026-04", "1 000,5", ""],
                ["", "", "", ""],
            ],
        ),
        ("Autre", [["x"]]),
    )
    reading = _read(content, campaign="F26")
    assert reading.refusals == ()
    assert [(line.siren, line.period, line.line) for line in reading.lines] == [
        ("005520135", Month(2026, 3), 4),
        ("005520135", Month(2026, 4), 5),
    ]
    assert [line.declared for line in reading.lines] == [30, 100050]
    assert [line.calculated for line in reading.lines] == [-1250, None]
    assert {line.campaign for line in reading.lines} == {"F26"}


def test_a_workbook_with_hours_and_truths() -> None:
    rows: list[list[object]] = [
        ["SIREN", "Mois", "Vu"],
        ["552100554", datetime(2026, 3, 1, 12, 30), True],
    ]
    (line,) = _read(_workbook(("Lignes", rows))).lines
    assert (line.period, line.row["Vu"]) == (Month(2026, 3), "True")


def test_another_sheet() -> None:
    content = _workbook(("Notes", [["x"]]), ("Lignes", [["SIREN"], ["552100554"]]))
    assert len(_read(content, sheet="Lignes").lines) == 1
    with pytest.raises(RowsRefused, match="no sheet «Absent»; there are «Notes», «L"):
        _read(content, sheet="Absent")
    with pytest.raises(RowsRefused, match="Columns found: «x»"):
        _read(content)


def test_columns_named_by_the_configuration() -> None:
    text = "Entreprise;Dû;SIREN\n552100554;3,00;1\n"
    columns = {"siren": "entreprise", "calculated": "Dû"}
    (line,) = _read(text, columns=columns).lines
    assert (line.siren, line.calculated) == ("552100554", 300)
    with pytest.raises(RowsRefused, match="the columns «Du mois», named in the conf"):
        _read(text, columns={"siren": "Entreprise", "period": "Du mois"})
    with pytest.raises(ValueError, match="`columns` holds siern; expected among siren"):
        _read(text, columns={"siern": "x"})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("552100555;;;;", "SIREN"),
        (";;;;1", "SIREN"),
        ("552100554;55210055400014;;;", "SIRET"),
        ("552100554;64015135300151;;;", "SIRET"),
        ("552100554;;13/2026;;", "PERIODE"),
        ("552100554;;mars;;", "PERIODE"),
        ("552100554;;;abc;", "MONTANT"),
        ("552100554;;;1,234;", "MONTANT"),
        ("552100554;;;;1;2", "CELLULES"),
    ],
)
def test_a_bad_row_is_refused_alone(row: str, code: str) -> None:
    text = f"siren;siret;mois;declare;calcule\n{row}\n552100554\n"
    reading = _read(text)
    assert [line.line for line in reading.lines] == [3]
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.code) == (2, f"CAMPAGNE_{code}")
    assert refusal.remedy


@pytest.mark.parametrize(
    "text", ["2026-03", "202603", "03/2026", "3/2026", "31/03/2026", "2026-03-31"]
)
def test_ways_of_writing_a_month(text: str) -> None:
    (line,) = _read(f"siren;mois\n552100554;{text}\n").lines
    assert line.period == Month(2026, 3)


def test_the_siren_may_come_from_the_siret() -> None:
    (line,) = _read("SIRET\n552 100 554 00013\n").lines
    assert line.siren == "552100554"


def test_no_column_is_lost() -> None:
    (line,) = _read("siren;note;note\n552100554;a;b\n").lines
    assert line.row == {"siren": "552100554", "note": "a", "note (2)": "b"}
    assert "552100554" not in repr(line.row) or "row" not in repr(line)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Columns found: none"),
        (b"nom;montant\nx;1\n", "Columns found: «nom», «montant»"),
        (b"siren;n\xc2\xb0 siren\n", "two columns for siren"),
        ("siren\n".encode("utf-16"), "the text is UTF-16"),
        (b"siren\n\x81\x8d", "neither UTF-8 nor Windows-1252"),
        (b'siren\n"x', "not readable as CSV"),
        (b"PK\x03\x04 cut", "not a workbook that can be read"),
        (_workbook(("Lignes", [["SIREN"]]))[:900], "not a workbook that can be read"),
    ],
)
def test_a_file_that_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(RowsRefused, match=reason) as caught:
        _read(content)
    assert str(caught.value).startswith("f.csv")


def test_a_file_is_collected_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    (file,) = CampaignFile(path=path).collect(CollectRequest())
    assert (file.name, file.content) == (str(path), TEXT.encode("cp1252"))
    with pytest.raises(SourceError, match="no such file"):
        CampaignFile(path=tmp_path / "x").check()

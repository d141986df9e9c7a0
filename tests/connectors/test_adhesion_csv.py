from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from miroir import (
    AdhesionReading,
    CollectRequest,
    Headcount,
    ReceivedFile,
    RowsRefused,
    SourceError,
)
from miroir_connectors.adhesion_csv.source import AdhesionCsv
from miroir_connectors.kinds.adhesion import COLUMNS

ROOT = Path(__file__).parents[2]
HEADER = ";".join(COLUMNS)
GOOD = {
    "siren": "552100554",
    "siret": "55210055400013",
    "categorie": "01",
    "date_effet": "2026-01-01",
    "date_fin": "",
    "taux_calcul_t1": "6.20",
    "taux_calcul_t2": "17,00",
    "part_employeur": "60",
    "idcc": "1486",
    "siret_institution": "30558637200321",
    "periodicite": "M",
    "effectif": "moins_50",
}


def _row(**cells: str) -> str:
    return ";".join((GOOD | cells).values())


def _read(content: str | bytes) -> AdhesionReading:
    data = content.encode() if isinstance(content, str) else content
    return AdhesionCsv(path=Path("a.csv")).read(ReceivedFile.of("a.csv", data))


def test_a_row_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{_row()}\n", encoding="utf-8")
    source = AdhesionCsv(path=path)
    (file,) = source.collect(CollectRequest())
    (condition,) = source.read(file).conditions
    assert condition.category == "01"
    assert (condition.valid_from, condition.valid_until) == (date(2026, 1, 1), None)
    assert (condition.rate_t1, condition.rate_t2) == (Decimal("6.20"), Decimal(17))
    assert condition.headcount is Headcount.UNDER_50
    assert (condition.file, condition.line) == (str(path), 2)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + f"{HEADER}\r\n{_row()}\r\n".encode(),
        f"{HEADER}\n\n{_row()}\n\n".encode(),
        f"{HEADER.upper().replace('DATE_FIN', 'Date de fin')}\n{_row()}".encode(),
        f"{HEADER.replace('categorie', 'Catégorie')}\n{_row()}".encode(),
        f'{HEADER}\n"{_row().replace(";", chr(34) + ";" + chr(34))}"\n'.encode(),
    ],
    ids=["BOM and CR-LF", "blank lines", "other names", "accents", "quotes"],
)
def test_ways_of_writing_the_same_file(content: bytes) -> None:
    reading = _read(content)
    assert (len(reading.conditions), reading.refusals) == (1, ())


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"siren": "552100555"}, "SIREN"),
        ({"siren": ""}, "SIREN"),
        ({"siren": "５５２１００５５４"}, "SIREN"),
        ({"siret": "55210055400014"}, "SIRET"),
        ({"siret": "64015135300151"}, "SIRET"),
        ({"categorie": "03"}, "CATEGORIE"),
        ({"categorie": "1"}, "CATEGORIE"),
        ({"date_effet": ""}, "DATE"),
        ({"date_effet": "2026-02-30"}, "DATE"),
        ({"date_effet": "20260101"}, "DATE"),
        ({"date_effet": "01/01/2026"}, "DATE"),
        ({"date_fin": "2025-12-31"}, "PERIODE"),
        ({"taux_calcul_t1": "0"}, "TAUX"),
        ({"taux_calcul_t1": "100.01"}, "TAUX"),
        ({"taux_calcul_t1": "-6.2"}, "TAUX"),
        ({"taux_calcul_t1": "6.2 %"}, "TAUX"),
        ({"taux_calcul_t2": "1e1"}, "TAUX"),
        ({"taux_calcul_t2": "٦"}, "TAUX"),
        ({"taux_calcul_t2": ""}, "TAUX"),
        ({"part_employeur": "0"}, "PART"),
        ({"idcc": "16"}, "IDCC"),
        ({"siret_institution": ""}, "INSTITUTION"),
        ({"siret_institution": "30558637200322"}, "INSTITUTION"),
        ({"periodicite": "A"}, "PERIODICITE"),
        ({"effectif": "49"}, "EFFECTIF"),
        ({"effectif": "moins_50;x"}, "CELLULES"),
    ],
)
def test_a_bad_row_is_refused_alone(cells: dict[str, str], code: str) -> None:
    good = _row(categorie="04")
    reading = _read(f"{HEADER}\n{_row(**cells)}\n{good}\n")
    assert [condition.line for condition in reading.conditions] == [3]
    (refusal,) = reading.refusals
    assert (refusal.file, refusal.line, refusal.code) == (
        "a.csv",
        2,
        f"ADHESION_{code}",
    )
    assert refusal.reason
    assert refusal.remedy


@pytest.mark.parametrize("column", ["siret", "idcc", "effectif", "date_fin"])
def test_what_may_be_empty(column: str) -> None:
    assert _read(f"{HEADER}\n{_row(**{column: ''})}\n").refusals == ()


def test_all_that_is_wrong_in_a_row_is_told() -> None:
    (refusal,) = _read(f"{HEADER}\n{_row(siren='1', categorie='9')}\n").refusals
    assert refusal.code == "ADHESION_SIREN"
    assert "siren: «1» is not right" in refusal.reason
    assert "categorie: «9» is not right" in refusal.reason
    assert "Give one of 01, 02, 04." in refusal.remedy


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (("2026-01-01", ""), ("2026-06-01", ""), True),
        (("2026-01-01", "2026-06-30"), ("2026-06-30", ""), True),
        (("2026-06-01", ""), ("2026-01-01", "2026-06-01"), True),
        (("2026-01-01", "2026-06-30"), ("2026-07-01", ""), False),
    ],
)
def test_the_later_of_two_rows_that_overlap_is_refused(
    first: tuple[str, str], second: tuple[str, str], refused: bool
) -> None:
    rows = [_row(date_effet=start, date_fin=end) for start, end in (first, second)]
    reading = _read("\n".join([HEADER, *rows]))
    assert [refusal.code for refusal in reading.refusals] == (
        ["ADHESION_CHEVAUCHEMENT"] if refused else []
    )
    if refused:
        assert reading.refusals[0].line == 3
        assert "those of line 2" in reading.refusals[0].reason


def test_rows_of_another_category_or_establishment_do_not_overlap() -> None:
    rows = [_row(), _row(categorie="04"), _row(siret="")]
    assert len(_read("\n".join([HEADER, *rows])).conditions) == 3


def test_a_row_over_several_lines_is_named_by_its_first() -> None:
    broken = _row(idcc='"1\n2"')
    reading = _read(f"{HEADER}\n{broken}\n{_row(categorie='9')}\n")
    assert [refusal.line for refusal in reading.refusals] == [2, 4]


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        ("", ["Missing: siren (or n° siren", "Is the delimiter «;»"]),
        (HEADER.replace(";", ","), ["Unknown: «siren,siret,", "Is the delimiter «;»"]),
        (HEADER.replace("idcc", "ccn"), ["Missing: idcc (or", "Unknown: «ccn»"]),
        (f"{HEADER};note", ["a.csv:1:", "Unknown: «note»"]),
        (f"{HEADER};N° SIREN", ["two columns for siren: «siren» and «N° SIREN»"]),
        (f"{HEADER}\né".encode("cp1252"), ["a.csv:2: not UTF-8 text"]),
        (f'{HEADER}\n"x', ["a.csv:2: not readable as CSV"]),
    ],
    ids=["empty", "comma", "renamed", "more", "twice", "cp1252", "open quote"],
)
def test_a_file_that_is_refused_whole(content: str | bytes, reasons: list[str]) -> None:
    with pytest.raises(RowsRefused) as caught:
        _read(content)
    for reason in reasons:
        assert reason in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "x.csv", "no such file"),
        (tmp_path, "not a file"),
    ):
        with pytest.raises(SourceError, match=reason):
            AdhesionCsv(path=path).check()


def test_every_code_is_documented() -> None:
    package = ROOT / "connectors" / "miroir_connectors"
    code = (package / "kinds" / "adhesion.py").read_text("utf-8")
    given = {"CELLULES", *re.findall(r'PREFIX\}_([A-Z]+)"', code)}
    given |= set(
        re.findall(
            r'_(?:fault|bad|choice|rate)\(\s*(?:"[a-z_0-9]+", )?"([A-Z]+)"', code
        )
    )
    assert len(given) >= 5
    own = (package / "adhesion_csv" / "README.md").read_text("utf-8")
    assert set(re.findall(r"`ADHESION_([A-Z]+)`", own)) == given
    mapped = {"CODE", "OBJET", "LARGEUR"}  # of other formats and names
    every = (ROOT / "docs" / "refusals.md").read_text("utf-8")
    assert set(re.findall(r"`ADHESION_([A-Z]+)`", every)) == given | mapped

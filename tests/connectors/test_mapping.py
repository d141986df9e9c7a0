"""One mapping, declared once, for files made of anything."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from miroir import (
    AdhesionReading,
    CampaignReading,
    CollectRequest,
    Month,
    ReceivedFile,
    RowsRefused,
    TaskReading,
)
from miroir.config.layers import read_layers
from miroir.errors import ConfigurationError
from miroir.plugins import PluginManager, configured_sources
from miroir.types.source import Reading
from miroir_connectors.mapping.column import Column
from miroir_connectors.one_file import OneFile

HEADER = ("Société", "Cat.", "Début", "T1", "T2", "Part", "Inst.", "Per.")
GOOD = ("552100554", "CADRE", "01/01/2026", "6,20", "17", "60", "30558637200321", "M")
COLUMNS: Mapping[str, str | Column] = {
    "siren": "Société",
    "categorie": Column(name="Cat.", values={"CADRE": "01", "NC": "04"}),
    "date_effet": Column(name="Début", format="%d/%m/%Y"),
    "taux_calcul_t1": "T1",
    "taux_calcul_t2": "T2",
    "part_employeur": "Part",
    "siret_institution": "Inst.",
    "periodicite": "Per.",
    **{name: Column(always="") for name in ("siret", "date_fin", "idcc", "effectif")},
}
Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows) -> bytes:
    return "".join(f"{';'.join(row)}\n" for row in [HEADER, *rows]).encode()


def as_workbook(rows: Rows) -> bytes:
    return as_rows([HEADER, *rows])


def as_rows(rows: Rows, name: str = "Feuille") -> bytes:
    """A workbook with dates and numbers where the text is one."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet(name)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell == "01/01/2026":
                    sheet.write_datetime(i, j, date(2026, 1, 1), day)
                elif cell.isdigit():
                    sheet.write_number(i, j, int(cell))
                else:
                    sheet.write_string(i, j, cell)
    return content.getvalue()


def as_json(rows: Rows) -> bytes:
    items = [dict(zip(HEADER, row, strict=True)) for row in rows]
    return json.dumps({"data": {"items": items}}).encode()


def as_json_lines(rows: Rows) -> bytes:
    items = (dict(zip(HEADER, row, strict=True)) for row in rows)
    return "".join(f"{json.dumps(item)}\n" for item in items).encode()


def as_fixed(rows: Rows) -> bytes:
    return "".join("".join(c.ljust(14) for c in row) + "\n" for row in rows).encode()


FORMATS: Mapping[str, tuple[Callable[[Rows], bytes], dict[str, Any]]] = {
    "csv": (as_csv, {"format": "csv"}),
    "xlsx": (as_workbook, {"format": "xlsx"}),
    "json": (as_json, {"format": "json", "records": "/data/items"}),
    "jsonl": (as_json_lines, {"format": "jsonl"}),
    "fixed": (
        as_fixed,
        {
            "format": "fixed",
            "widths": {
                name: (1 + 14 * place, 14)
                for place, name in enumerate(c for c in COLUMNS if c in [*COLUMNS][:8])
            },
        },
    ),
}


def read(content: bytes, **settings: Any) -> Reading:
    source = OneFile(path=Path("f"), **settings)
    return source.read(ReceivedFile.of("f", content))


@pytest.mark.parametrize("format", FORMATS)
def test_one_mapping_for_every_format(format: str) -> None:
    write, settings = FORMATS[format]
    bad = (GOOD[0], "STAGIAIRE", *GOOD[2:])
    later = (GOOD[0], "NC", *GOOD[2:])
    content = write([GOOD, bad, later, GOOD])
    reading = read(content, kind="adhesion", columns=COLUMNS, **settings)
    assert isinstance(reading, AdhesionReading)
    assert [one.category for one in reading.conditions] == ["01", "04"]
    first = reading.conditions[0]
    assert (first.valid_from, first.valid_until) == (date(2026, 1, 1), None)
    assert (first.rate_t1, first.employer_share) == (Decimal("6.20"), Decimal(60))
    assert [one.code for one in reading.refusals] == [
        "ADHESION_CODE",
        "ADHESION_CHEVAUCHEMENT",
    ]
    assert "no meaning is given for «STAGIAIRE»" in reading.refusals[0].reason
    assert reading.rows == 4


CELL = st.one_of(
    st.sampled_from([*GOOD, "", " ", "x" * 50, "0", "-1", "31/02/2026", "é€", "{}"]),
    st.text(st.characters(codec="utf-8", exclude_characters=';"\r\n'), max_size=12),
)
ROW = st.lists(CELL, min_size=8, max_size=8)


@pytest.mark.parametrize("format", ["csv", "json", "jsonl", "fixed"])
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(ROW, max_size=6))
def test_rows_read_are_taken_or_refused(format: str, rows: Rows) -> None:
    write, keys = FORMATS[format]
    blank = format in ("csv", "fixed")
    rows = [
        [" ".join(cell.split())[:14] for cell in row]
        for row in rows
        if not blank or any(cell.strip(" \x00") for cell in row)
    ]
    rows = [row for row in rows if not blank or "".join(row).strip()]
    try:
        reading = read(write([GOOD, *rows]), kind="adhesion", columns=COLUMNS, **keys)
    except RowsRefused as error:
        assert str(error).startswith("f")
        return
    assert reading.rows == len(rows) + 1


def test_json_numbers_are_read_as_they_are_written() -> None:
    text = (
        '[{"siren": 5520135, "declare": 1234.5, "calcule": 0.1},'
        ' {"siren": "552100554", "declare": 123456789012345678.91}]'
    )
    reading = read(text.encode(), kind="campaign")
    assert isinstance(reading, CampaignReading)
    assert [line.siren for line in reading.lines] == ["005520135", "552100554"]
    assert [line.declared for line in reading.lines] == [123450, 12345678901234567891]
    assert reading.lines[0].calculated == 10


def test_json_that_is_nested_is_named_by_its_path() -> None:
    item = {
        "entreprise": {"siren": "552100554", "tags": ["a", "b"]},
        "ok": True,
        "rien": None,
        "mois": "2026-03",
    }
    reading = read(
        json.dumps([item, {"mois": "2026-04"}, 3]).encode(),
        kind="campaign",
        columns={"siren": "entreprise.siren"},
    )
    assert isinstance(reading, CampaignReading)
    (line,) = reading.lines
    assert line.period == Month(2026, 3)
    assert line.row == {
        "entreprise.siren": "552100554",
        "entreprise.tags": '["a", "b"]',
        "ok": "true",
        "rien": "",
        "mois": "2026-03",
    }
    empty, none = reading.refusals
    assert (empty.code, empty.line) == ("CAMPAGNE_SIREN", 2)
    assert empty.reason == "/1: siren is empty"
    assert (none.code, none.reason) == ("CAMPAGNE_OBJET", "/2: not a JSON object")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON: Expecting property name"),
        ('{"siren": NaN}', "NaN is not a number of JSON"),
        ('{"siren": "1", "siren": "2"}', "a name is given twice"),
        ('{"a.b": 1, "a": {"b": 2}}', "two values are named «a.b»"),
        ('{"siren": "\\ud800"}', "half a character"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 20 + "1" + "}" * 20, "nested too deep"),
        ("[]", "not a JSON object"),
    ],
)
def test_a_bad_line_of_json_is_refused_alone(line: str, reason: str) -> None:
    content = f'{{"siren": "552100554"}}\n\n{line}\n'.encode()
    reading = read(content, kind="campaign", format="jsonl")
    assert isinstance(reading, CampaignReading)
    assert len(reading.lines) == 1
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.code) == (3, "CAMPAGNE_OBJET")
    assert reason in refusal.reason


@pytest.mark.parametrize(
    ("content", "settings", "reason"),
    [
        (b'{"items": [], "a": {"b": [1]}}', {}, r'at the root\. Lists found: "/items"'),
        (b"[1]", {"records": "/x"}, r'at /x\. Lists found: "" \(1\)'),
        (b"{}", {}, "Lists found: none"),
        (b"[1", {}, "not readable as JSON"),
        (b"[" * 100_000, {"format": "json"}, "nested too deep"),
        (b'[{"nom": "x"}]', {}, "no column of SIREN"),
        (b"\xff\xff", {"encoding": "utf-8"}, "not text in utf-8"),
    ],
)
def test_a_document_that_is_refused_whole(
    content: bytes, settings: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RowsRefused, match=reason):
        read(content, kind="campaign", **settings)


@pytest.mark.parametrize("content", [b"[]", b'{"items": []}', b" \n[ ]"])
def test_a_list_of_nothing_is_no_mistake(content: bytes) -> None:
    records = "/items" if b"items" in content else ""
    reading = read(content, kind="adhesion", columns=COLUMNS, records=records)
    assert reading.rows == 0


def test_a_pointer_with_odd_names() -> None:
    content = json.dumps({"a/b": {"c~d": [{"siren": "552100554"}]}}).encode()
    assert read(content, kind="campaign", records="/a~1b/c~0d").rows == 1


def test_text_with_a_delimiter_and_an_encoding_of_its_own() -> None:
    text = "siren|libellé\n552100554|a;b,c\n"
    reading = read(
        text.encode("utf-16"), kind="campaign", delimiter="|", encoding="utf-16"
    )
    assert isinstance(reading, CampaignReading)
    assert reading.lines[0].row["libellé"] == "a;b,c"


def test_a_key_names_the_row() -> None:
    reading = read(b"id;siren;declare\n77;552100554;abc\n", kind="campaign", key="id")
    assert reading.refusals[0].reason.startswith("id 77: declared: ")


@pytest.mark.parametrize(
    ("text", "decimals", "cents"),
    [("00123", 0, 12300), ("00123", 2, 123), ("12300", 3, 1230), ("123-", 2, -123)],
)
def test_digits_without_a_decimal_mark(text: str, decimals: int, cents: int) -> None:
    reading = read(
        f"siren;montant\n552100554;{text}\n".encode(),
        kind="campaign",
        columns={"declared": Column(name="montant", decimals=decimals)},
    )
    assert isinstance(reading, CampaignReading)
    assert [line.declared for line in reading.lines] == [cents]


def test_a_part_of_a_cent_is_refused() -> None:
    column = Column(name="montant", decimals=3)
    content = b"siren;montant\n552100554;123\n"
    reading = read(content, kind="campaign", columns={"declared": column})
    assert reading.refusals[0].code == "CAMPAGNE_MONTANT"


def test_a_rate_without_a_decimal_mark() -> None:
    write, settings = FORMATS["fixed"]
    columns = {**COLUMNS, "taux_calcul_t1": Column(decimals=2)}
    content = write([(*GOOD[:3], "00620", *GOOD[4:])])
    reading = read(content, kind="adhesion", columns=columns, **settings)
    assert isinstance(reading, AdhesionReading)
    assert reading.conditions[0].rate_t1 == Decimal("6.20")


def test_a_month_written_in_a_way_of_its_own() -> None:
    columns = {"period": Column(name="p", format="%m%y")}
    reading = read(
        b"siren;p\n552100554;0326\n552100554;9926\n", kind="campaign", columns=columns
    )
    assert isinstance(reading, CampaignReading)
    assert reading.lines[0].period == Month(2026, 3)
    assert reading.refusals[0].code == "CAMPAGNE_PERIODE"


def test_tasks_of_a_json_file() -> None:
    content = b'[{"reference": "T-1", "siren": "552100554"}]'
    reading = read(content, kind="task", channel="callback")
    assert isinstance(reading, TaskReading)
    assert reading.tasks[0].channel == "callback"


def test_dsn_files_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "mars.dsn"
    path.write_bytes(b"S10")
    source = OneFile(path=path, kind="dsn")
    (file,) = source.collect(CollectRequest())
    assert file.content == b"S10"
    with pytest.raises(RowsRefused, match="has no rows; Miroir reads it"):
        source.read(file)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"kind": "dsn", "format": "csv"}, '`format` has no use with `kind = "dsn"`'),
        (
            {"kind": "task", "campaign": "x"},
            '`campaign` has no use with `kind = "task"',
        ),
        ({"kind": "campaign", "channel": "mail"}, "`channel` has no use"),
        ({"kind": "campaign", "format": "mail"}, '"mail"` goes with `kind = "task"`'),
        ({"kind": "campaign", "format": "fixed"}, "`widths` go together"),
        ({"kind": "campaign", "delimiter": ";;"}, "`delimiter` is one character"),
        ({"kind": "campaign", "encoding": "no-such"}, "`encoding` is the name of one"),
        ({"kind": "campaign", "records": "data"}, "`records` is a JSON pointer"),
        (
            {"kind": "campaign", "columns": {"siren": Column(name="x", always="y")}},
            "`always` goes alone",
        ),
        (
            {"kind": "campaign", "columns": {"period": Column(format="%Q")}},
            "does not write a date that can be read back",
        ),
        (
            {"kind": "campaign", "columns": {"declared": Column(decimals=9)}},
            "a number from 0 to 6",
        ),
        ({"kind": "campaign", "columns": {"x": "y"}}, "`columns` holds x"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        OneFile(path=Path("f"), **settings)


def test_a_forgotten_column_of_adhesion_is_refused() -> None:
    columns = {name: each for name, each in COLUMNS.items() if name != "date_fin"}
    with pytest.raises(RowsRefused, match=r"Missing: date_fin\."):
        read(as_csv([GOOD]), kind="adhesion", columns=columns)


def configured(folder: Path, text: str) -> OneFile:
    file = folder / "miroir.toml"
    file.write_text(text)
    layers = read_layers(file, environ={})
    source = configured_sources(layers, PluginManager.load())["a"].source
    assert isinstance(source, OneFile)
    return source


TABLE = '[sources.a]\nconnector = "file"\nkind = "campaign"\npath = "f.csv"\n'


def test_columns_are_described_in_the_configuration(tmp_path: Path) -> None:
    source = configured(
        tmp_path,
        TABLE + '[sources.a.columns]\nsiren = "SOC"\n'
        'period = { name = "MOIS", format = "%m%Y" }\n'
        'campaign = { always = "F26" }\n',
    )
    assert source.path == tmp_path / "f.csv"
    reading = source.read(ReceivedFile.of("f", b"SOC;MOIS\n552100554;032026\n"))
    assert isinstance(reading, CampaignReading)
    assert (reading.lines[0].period, reading.lines[0].campaign) == (
        Month(2026, 3),
        "F26",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('columns.period = { nom = "x" }', "period"),
        ('kinds = "x"', "unknown key; did you mean sources.a.kind?"),
        ('format = "cvs"', "sources.a.format: expected 'auto', 'csv', 'xlsx'"),
    ],
)
def test_a_description_that_is_wrong_is_told(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        configured(tmp_path, TABLE + text)


def test_the_guarantees_of_a_condition_are_read_under_any_name() -> None:
    rows = [(*HEADER, "Gar."), (*GOOD, "PREV GMP")]
    content = "".join(f"{';'.join(row)}\n" for row in rows).encode()
    columns = {**COLUMNS, "garanties": "Gar."}
    reading = read(content, kind="adhesion", columns=columns)
    assert isinstance(reading, AdhesionReading)
    assert reading.conditions[0].guarantees == ("PREV", "GMP")
    bad = read(content.replace(b"PREV", b"!"), kind="adhesion", columns=columns)
    assert [one.code for one in bad.refusals] == ["ADHESION_GARANTIES"]

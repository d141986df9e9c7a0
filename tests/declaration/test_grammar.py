"""Bytes to lines: encodings, line ends, apostrophes, faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.declaration.grammar import decode, rubriques
from miroir.declaration.reader import read_dsn
from miroir.declaration.refusals import Code, Refused
from miroir.types.source import ReceivedFile

from tests.written import as_bytes, declaration, envelope, plain

GOOD = envelope(
    declaration("2026-03", plain("2026-03", "2000.00", "2000.00", ("200.40", "0.00")))
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "Windows-1252"),
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with mark"),
    ],
)
def test_encodings_and_line_ends_are_found_and_said(
    encoding: str, said: str, end: str
) -> None:
    value = "1 RUE DE L'ÉCLUSE D'EN HAUT"
    if encoding == "cp1252":
        value += " – œuvre"
    written = [*GOOD[:5], f"S10.G00.01.004,'{value}'", *GOOD[5:]]
    text = decode(as_bytes(written, end, encoding))
    assert text.encoding == said
    assert text.line_end == ("CR-LF" if end == "\r\n" else "LF")
    found = list(rubriques(text))
    assert found[5].value == value
    assert found[5].line == 6


def test_a_file_in_another_encoding_than_the_norms_says_so() -> None:
    content = as_bytes([*GOOD[:-2], "S21.G00.86.001,'É'"], encoding="utf-8")
    reading = read_dsn(ReceivedFile.of("a.dsn", content))
    assert [note.code for note in reading.observations] == ["ENCODING"]
    assert "UTF-8" in reading.observations[0].reason


def test_no_final_newline_is_needed() -> None:
    reading = read_dsn(ReceivedFile.of("a.dsn", as_bytes(GOOD)[:-1]))
    assert len(reading.declarations) == 1
    assert reading.observations == ()


def test_a_value_runs_to_the_last_apostrophe() -> None:
    (found,) = rubriques(decode(b"S10.G00.01.003,'L'ATELIER D'O'CONNOR'"))
    assert found.value == "L'ATELIER D'O'CONNOR"
    assert found.fault is None


def test_a_fourth_part_belongs_to_the_number() -> None:
    (found,) = rubriques(decode(b"S21.G00.30.001.002,'1'"))
    assert (found.block, found.number) == ("S21.G00.30", "001.002")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("S10.G00.00.001,'X", Code.LINE_MALFORMED),
        ("S10.G00.00.001,X'", Code.LINE_MALFORMED),
        ("S10.G00.00.001;'X'", Code.LINE_MALFORMED),
        ("s10.G00.00.001,'X'", Code.LINE_MALFORMED),
        ("S10.G00.00.01,'X'", Code.LINE_MALFORMED),
        ("S10.G00.00.001,'X' ", Code.LINE_MALFORMED),
        ("S10.G00.00.001,''", Code.VALUE_EMPTY),
        ("S10.G00.00.001,'X\x07'", Code.VALUE_CONTROL),
        (f"S10.G00.00.001,'{'X' * 240}'", Code.LINE_TOO_LONG),
        ("S10.G00.00.001,' X'", Code.BLANKS_AROUND),
        ("S10.G00.00.001,'X '", Code.BLANKS_AROUND),
    ],
)
def test_a_faulty_line_is_named(line: str, fault: Code) -> None:
    text = decode(f"S10.G00.00.001,'A'\n{line}".encode())
    assert [found.fault for found in rubriques(text)] == [None, fault]


def test_the_longest_record_is_256_characters() -> None:
    line = f"S10.G00.00.001,'{'X' * 239}'"
    assert len(line) == 256
    (found,) = rubriques(decode(line.encode()))
    assert found.fault is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.EMPTY_FILE),
        (b" \r\n\r\n", Code.EMPTY_FILE),
        (b"%PDF-1.7\n", Code.NOT_A_DSN),
        (b"siren;siret\n", Code.NOT_A_DSN),
        ("S10.G00.00.001,'X'".encode("utf-16"), Code.NOT_TEXT),
        ("S10.G00.00.001,'X'".encode("utf-16-le"), Code.NOT_TEXT),
        (b"S10.G00.00.001,'X'\rS10.G00.00.002,'Y'\r", Code.LINE_ENDS),
    ],
)
def test_what_is_no_dsn_is_refused_whole(content: bytes, code: Code) -> None:
    with pytest.raises(Refused) as caught:
        decode(content)
    assert caught.value.code is code


VALUES = st.text(
    st.characters(codec="iso-8859-1", exclude_categories=["Cc"]), min_size=1
).filter(lambda value: value == value.strip() and len(value) < 200)


@given(st.lists(VALUES, min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_any_value_of_the_norm_s_encoding_comes_back(
    values: list[str], end: str
) -> None:
    written = [f"S10.G00.00.{i % 900 + 1:03d},'{v}'" for i, v in enumerate(values)]
    text = decode(as_bytes(written, end))
    found = list(rubriques(text))
    if text.encoding in ("ASCII", "ISO-8859-1"):
        assert [each.value for each in found] == values
    assert [each.line for each in found] == list(range(1, len(values) + 1))

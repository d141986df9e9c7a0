from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from miroir import CollectRequest, Headcount, ReceivedFile, RowsRefused, SourceError
from miroir.cli import main
from miroir_gps_exemple.adhesions import WIDTH, HorizonAdhesions

HEAD = "ENT20260301"
GOOD = (
    "CND" "552100554" "55210055400013" "CA" "20260101" "99991231"
    "00787" "02159" "06000" "1486" "30558637200321" "M" "1" "CONTRAT N° 01  "
)[:WIDTH]  # fmt: skip


def _export(*lines: str) -> bytes:
    text = "\r\n".join([HEAD, *lines, f"FIN{len(lines):08d}"])
    return text.encode("cp1252")


def _read(content: bytes) -> tuple[int, list[str]]:
    source = HorizonAdhesions(path=Path("x"))
    reading = source.read(ReceivedFile.of("export.txt", content))
    return len(reading.conditions), [refusal.reason for refusal in reading.refusals]


def test_a_line_is_read_at_its_places(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(_export(GOOD))
    source = HorizonAdhesions(path=path)
    (file,) = source.collect(CollectRequest())
    (condition,) = source.read(file).conditions
    assert condition.siret == "55210055400013"
    assert condition.category == "01"
    assert (condition.valid_from, condition.valid_until) == (date(2026, 1, 1), None)
    assert (condition.rate_t1, condition.rate_t2, condition.employer_share) == (
        Decimal("7.87"),
        Decimal("21.59"),
        Decimal(60),
    )
    assert (condition.idcc, condition.periodicity) == ("1486", "M")
    assert condition.headcount is Headcount.UNDER_50
    assert (condition.file, condition.line) == (str(path), 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CND", "XXX"),
        ("CA2026", "ZZ2026"),
        ("20260101", "20260231"),
        ("00787", "00000"),
        ("00787", " 7,87"),
        ("55210055400013", "64015135300151"),
        ("M1", "X1"),
        ("M1", "M9"),
        ("00787", "0787"),
    ],
)
def test_a_bad_line_is_refused_alone(old: str, new: str) -> None:
    taken, refused = _read(_export(GOOD, GOOD.replace(old, new, 1)))
    assert (taken, len(refused)) == (1, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no ENT line"),
        (b"PK\x03\x04", "no ENT line"),
        (_export(GOOD).rsplit(b"\r\n", 1)[0], "the export was cut"),
        (_export(GOOD).replace(b"FIN00000001", b"FIN00000002"), "announces 2 lines"),
    ],
)
def test_an_export_that_is_not_whole_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RowsRefused, match=reason):
        _read(content)


def test_a_missing_export() -> None:
    with pytest.raises(SourceError, match="no such export"):
        list(HorizonAdhesions(path=Path("/nowhere")).collect(CollectRequest()))


def test_the_command_checks_an_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "export.txt"
    path.write_bytes(_export(GOOD))
    result = CliRunner().invoke(main, ["horizon-export", str(path)])
    assert (result.exit_code, result.stdout) == (0, f"{path}: 1 conditions taken\n")
    path.write_bytes(_export(GOOD, "CND"))
    result = CliRunner().invoke(main, ["horizon-export", str(path)])
    assert result.exit_code == 1
    assert f"{path}:3: not a CND line of 93 characters" in result.stderr

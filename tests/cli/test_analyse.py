"""`miroir analyse`: formats, exit codes, adhesions, privacy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from miroir.cli import main
from miroir.testing.payroll import SimulatedCompany, make_company

from tests.cli.commands import miroir
from tests.written import (
    NIR,
    as_bytes,
    contribution,
    declaration,
    envelope,
    payment,
    plain,
)


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "key"))


@pytest.fixture(scope="module")
def company() -> SimulatedCompany:
    return make_company(5, 2026, 3, 6, cause="CET_ABSENTE")


@pytest.fixture
def folder(tmp_path: Path, company: SimulatedCompany) -> Path:
    depot = tmp_path / "depot"
    depot.mkdir()
    for name, content in company.files:
        (depot / name).write_bytes(content)
    (tmp_path / "adhesions.csv").write_bytes(company.adhesions_csv)
    return depot


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["analyse", *map(str, arguments)])


def document(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_json_follows_the_contract(folder: Path, company: SimulatedCompany) -> None:
    found = document(folder, "--adhesions", folder.parent / "adhesions.csv")
    assert found["schema"] == "miroir.analysis/1"
    (one,) = found["companies"]
    assert one["siren"] == company.siren
    assert {each["status"] for each in one["declarations"]} == {"current"}
    assert len(one["gaps"]) == len(company.expected_gaps)
    assert one["diagnoses"][0]["cause"] == "CET_ABSENTE"
    assert one["diagnoses"][0]["rank"] == 1
    assert found["rejected"] == []


def test_numbers_are_revealed_on_request_only(
    folder: Path, company: SimulatedCompany
) -> None:
    numbers = {nir for nir, _ in company.expected_gaps}
    for form in ("table", "json", "csv"):
        shown = run(folder, "--format", form).stdout
        assert not any(number in shown for number in numbers)
    revealed = document(folder, "--reveal-nir")
    assert {g["employee"] for g in revealed["companies"][0]["gaps"]} == numbers


def test_pseudonyms_are_stable(folder: Path) -> None:
    assert document(folder) == document(folder)


def test_a_workbook_goes_to_a_file(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "analyse.xlsx"
    assert run(folder, "--format", "xlsx", "-o", target).exit_code == 0
    assert target.read_bytes().startswith(b"PK")
    assert run(folder, "--format", "xlsx").exit_code == 2


@pytest.mark.parametrize("form", ["table", "json"])
def test_each_amount_is_explained_on_request(folder: Path, form: str) -> None:
    shown = run(folder, "--explain", "--format", form).stdout
    assert "R.242-2" in shown
    assert "ANI du 17/11/2017" in shown
    assert run(folder, "--explain", "--format", "csv").exit_code == 2


def test_gaps_change_the_exit_code_only_when_asked(folder: Path) -> None:
    assert run(folder).exit_code == 0
    assert run(folder, "--fail-on-gap").exit_code == 3


def test_a_payment_gap_counts_too(tmp_path: Path) -> None:
    one = plain("2026-01", "2000.00", "2000.00", ("200.40", "0.00"))
    path = tmp_path / "a.dsn"
    for paid, code in (("200.40", 0), ("150.00", 3)):
        written = declaration("2026-01", one, payments=[payment("2026-01", paid)])
        path.write_bytes(as_bytes(envelope(written)))
        assert run(path, "--fail-on-gap").exit_code == code


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "note.dsn"
    path.write_text("bonjour")
    result = run(path, "--format", "json")
    assert result.exit_code == 1
    (refusal,) = json.loads(result.stdout)["rejected"]
    assert (refusal["code"], refusal["line"]) == ("NOT_A_DSN", 1)
    assert refusal["file"] == str(path)


def test_a_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    assert run(tmp_path / "absent").exit_code == 2
    assert run().exit_code == 2


def test_other_files_of_a_folder_are_said(folder: Path) -> None:
    (folder / "lisez-moi.pdf").write_bytes(b"%PDF")
    codes = [each["code"] for each in document(folder)["observations"]]
    assert "FILES_LEFT_ASIDE" in codes


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "vide"
    empty.mkdir()
    result = run(empty, "--format", "json")
    assert result.exit_code == 1
    assert [r["code"] for r in json.loads(result.stdout)["rejected"]] == ["NO_FILE"]


def test_a_named_file_is_read_whatever_its_suffix(
    folder: Path, company: SimulatedCompany
) -> None:
    named = folder / "fevrier.bak"
    named.write_bytes(company.files[0][1])
    found = document(named, named)
    assert len(found["companies"][0]["declarations"]) == 1


def test_a_refused_adhesion_row_is_reported(folder: Path) -> None:
    path = folder.parent / "adhesions.csv"
    path.write_bytes(path.read_bytes() + b"1;;01;;;;;;;;;\n")
    found = document(folder, "--adhesions", path)
    assert found["rejected"][0]["code"].startswith("ADHESION_")


def test_adhesions_of_unknown_columns_are_an_error(folder: Path) -> None:
    path = folder.parent / "autre.csv"
    path.write_text("a;b\n1;2\n")
    result = run(folder, "--adhesions", path)
    assert result.exit_code == 1
    assert "siren" in result.stderr
    assert "Traceback" not in result.output


def test_a_campaign_is_set_beside_the_files(folder: Path, tmp_path: Path) -> None:
    siren = next(folder.glob("*.dsn")).name[:9]
    campaign = tmp_path / "campagne.csv"
    rows = ["siren;periode;declare;calcule", f"{siren};2026-02;0,00;", "x;2026-02;1;"]
    campaign.write_text("\n".join(rows), "utf-8")
    result = run(str(folder), "--campaign", str(campaign), "--format", "json")
    answer = json.loads(result.stdout)
    found = [each["cause"] for each in answer["companies"][0]["diagnoses"]]
    assert "DSN_ACCEPTEE_NON_INTEGREE" in found
    assert any("campagne.csv" in each["file"] for each in answer["rejected"])


def test_without_adhesions_standard_conditions_are_said(folder: Path) -> None:
    causes = [d["cause"] for d in document(folder)["companies"][0]["diagnoses"]]
    assert "CONDITIONS_ADHESION_SUPPOSEES" in causes


def test_a_test_file_is_read_on_request(tmp_path: Path) -> None:
    one = plain("2026-01", "2000.00", "2000.00", ("200.40", "0.00"))
    path = tmp_path / "a.dsn"
    path.write_bytes(as_bytes(envelope(declaration("2026-01", one), test="01")))
    assert run(path).exit_code == 1
    assert run(path, "--accept-tests").exit_code == 0


def test_a_number_in_a_file_name_is_hidden(tmp_path: Path) -> None:
    one = plain("2026-01", "2000.00", "2000.00", ("1.00", "0.00"))
    path = tmp_path / f"{NIR}.dsn"
    path.write_bytes(as_bytes(envelope(declaration("2026-01", one))))
    for form in ("table", "json", "csv"):
        assert NIR not in run(path, "--format", form).stdout


def test_an_unreadable_file_is_refused_and_the_others_read(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "broken.dsn").symlink_to(tmp_path / "gone")
    found = document(folder)
    assert [each["code"] for each in found["rejected"]] == ["FILE_UNREADABLE"]
    assert found["files_read"] == 3


def test_the_module_is_the_command(folder: Path) -> None:
    """Run as a user does: another process, results on stdout only."""
    made = subprocess.run(
        [sys.executable, "-m", "miroir", "analyse", str(folder), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["schema"] == "miroir.analysis/1"
    assert made.stderr == ""


def test_a_regularised_month_is_no_gap(tmp_path: Path) -> None:
    wrong = plain("2026-01", "2000.00", "2000.00", ("100.40", "0.00"))
    right = plain("2026-02", "2000.00", "2000.00", ("200.40", "0.00"))
    extra = contribution("131", "100.00")
    right += [
        "S21.G00.78.001,'02'",
        "S21.G00.78.002,'01012026'",
        "S21.G00.78.003,'31012026'",
        "S21.G00.78.004,'0.00'",
        *extra,
    ]
    path = tmp_path / "a.dsn"
    written = envelope(declaration("2026-01", wrong), declaration("2026-02", right))
    path.write_bytes(as_bytes(written))
    (one,) = document(path)["companies"]
    assert one["gaps"] == []
    causes = [diagnosis["cause"] for diagnosis in one["diagnoses"]]
    assert "LEGITIME_CORRIGE_PAR_RATTACHEMENT" in causes


def test_a_siren_is_told_where_it_goes() -> None:
    result = miroir("analyse", "999 000 243")
    assert result.exit_code == 2
    assert "`miroir reprocess 999000243` analyses a company of the store" in " ".join(
        result.stderr.split()
    )
    assert "does not exist" in miroir("analyse", "999000244").stderr

"""`miroir init`, `sync`, `reprocess`, `demo` as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from miroir.cli import main
from miroir.demo import demo_company
from miroir.testing.payroll import SimulatedCompany, make_company

SOURCES = """
[sources.depot]
connector = "dsn-folder"
folder = "depot"

[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"
"""


@pytest.fixture(scope="module")
def company() -> SimulatedCompany:
    return make_company(6, 2026, 3, 6, cause="CEG_ABSENTE")


@pytest.fixture
def config(
    tmp_path: Path, company: SimulatedCompany, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    assert run("init", tmp_path).exit_code == 0
    path = tmp_path / "miroir.toml"
    path.write_text(path.read_text() + SOURCES)
    (tmp_path / "depot").mkdir()
    for name, content in company.files:
        (tmp_path / "depot" / name).write_bytes(content)
    (tmp_path / "adhesions.csv").write_bytes(company.adhesions_csv)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_sync_says_what_came_and_is_idempotent(config: Path) -> None:
    first = run("sync", "--config", config)
    assert first.exit_code == 0, first.output
    assert "depot: 3 files given, 3 new, 1 companies, 0 refusals" in first.stdout
    again = run("sync", "--config", config, "depot")
    assert again.stdout == "depot: 3 files given, 0 new, 0 companies, 0 refusals\n"


def test_sync_tells_refusals_and_fails_on_a_source(config: Path) -> None:
    (config.parent / "depot" / "note.txt").write_text("bonjour")
    (config.parent / "adhesions.csv").unlink()
    result = run("sync", "--config", config)
    assert result.exit_code == 1
    assert "NOT_A_DSN" in result.stderr
    assert "adhesions.csv" in result.stderr
    assert "depot: 4 files given, 4 new" in result.stdout
    assert "Traceback" not in result.output


def test_sync_of_an_unknown_source_names_the_known_ones(config: Path) -> None:
    result = run("sync", "--config", config, "depo")
    assert result.exit_code == 1
    assert "adhesions, depot" in result.stderr


def test_sync_without_source_says_what_to_do(tmp_path: Path) -> None:
    run("init", tmp_path)
    result = run("sync", "--config", tmp_path / "miroir.toml")
    assert result.exit_code == 0
    assert "[sources.<name>]" in result.stderr


def test_reprocess_collects_stores_and_compares(
    config: Path, company: SimulatedCompany
) -> None:
    first = run("reprocess", "--config", config, company.siren)
    assert first.exit_code == 0, first.output
    assert "première analyse" in first.stdout
    assert "CEG_ABSENTE" in first.stdout
    again = run("reprocess", "--config", config, company.siren)
    assert "rien n’a changé" in again.stdout
    (config.parent / "depot" / company.files[-1][0]).unlink()
    third = run("reprocess", "--config", config, company.siren, "--format", "json")
    found = json.loads(third.stdout)
    assert found["schema"] == "miroir.analysis/1"
    assert found["changes"] == []
    assert found["previous_at"]


def test_reprocess_json_lists_the_changes(
    config: Path, company: SimulatedCompany
) -> None:
    siren = f"{company.siren[:3]} {company.siren[3:6]} {company.siren[6:]}"
    target = config.parent / "out.json"
    options = ("--format", "json", "-o", target, "--since", "2026-03")
    result = run("reprocess", "--config", config, siren, *options)
    assert result.exit_code == 0, result.output
    changes = json.loads(target.read_text())["changes"]
    assert {change["period"] for change in changes if change["period"]} == {"2026-03"}
    assert all(change["label"] for change in changes)


def test_reprocess_dry_run_leaves_the_store_alone(
    config: Path, company: SimulatedCompany
) -> None:
    run("sync", "--config", config)
    database = config.parent / "miroir.db"
    before = database.read_bytes()
    result = run("reprocess", "--config", config, company.siren, "--dry-run")
    assert result.exit_code == 0, result.output
    assert database.read_bytes() == before


def test_reprocess_reveals_on_request(config: Path, company: SimulatedCompany) -> None:
    number = next(iter(company.expected_gaps))[0]
    hidden = run("reprocess", "--config", config, company.siren)
    assert number not in hidden.output
    shown = run("reprocess", "--config", config, company.siren, "--reveal-nir")
    assert number in shown.output


@pytest.mark.parametrize("siren", ["123456789", "12", "abc"])
def test_a_wrong_siren_is_a_usage_error(config: Path, siren: str) -> None:
    result = run("reprocess", "--config", config, siren)
    assert result.exit_code == 2
    assert "SIREN" in result.stderr


def test_a_wrong_month_is_a_usage_error(
    config: Path, company: SimulatedCompany
) -> None:
    result = run("reprocess", "--config", config, company.siren, "--since", "mars")
    assert result.exit_code == 2
    assert "2026-03" in result.stderr


def test_an_unknown_company_is_an_error(config: Path) -> None:
    result = run("reprocess", "--config", config, "999000243")
    assert result.exit_code == 1
    assert "999000243" in result.stderr


def test_a_source_that_fails_is_said_and_the_rest_done(
    config: Path, company: SimulatedCompany
) -> None:
    (config.parent / "adhesions.csv").unlink()
    result = run("reprocess", "--config", config, company.siren)
    assert result.exit_code == 1
    assert "adhesions" in result.stderr
    assert company.siren in result.stdout, "it is redone with what came before"


def test_demo_shows_its_three_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "key"))
    result = run("demo")
    assert result.exit_code == 0, result.output
    for text in ("Miroir", "Écarts", "CET non déclarée", "79\u00a0%", "Versements"):
        assert text in result.stdout
    assert "UnicodeDecodeError" not in result.output
    found = json.loads(run("demo", "--format", "json").stdout)
    gaps = {(gap["period"], gap["amount"]) for gap in found["companies"][0]["gaps"]}
    assert len(gaps) > 3
    assert len(found["companies"][0]["gaps"]) == len(demo_company().expected_gaps)


def test_demo_files_can_be_kept_and_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "key"))
    kept = tmp_path / "demo"
    assert run("demo", "--into", kept).exit_code == 0
    options = ("--adhesions", kept / "adhesions.csv", "--format", "json")
    again = json.loads(run("analyse", kept, *options).stdout)
    shown = json.loads(run("demo", "--format", "json").stdout)
    assert [g["amount"] for g in again["companies"][0]["gaps"]] == [
        g["amount"] for g in shown["companies"][0]["gaps"]
    ]

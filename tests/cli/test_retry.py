"""Several companies at once, and what is taken up of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from miroir.operations.many import left_over
from miroir.operations.reprocess import Reprocessed, reprocess
from miroir.operations.workplace import Workplace
from miroir.testing.payroll import make_company

from tests.cli.commands import miroir

REPROCESS = "miroir.operations.many.reprocess"
SOURCES = """
[sources.depot]
connector = "dsn-folder"
folder = "depot"
"""


@pytest.fixture
def sirens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0
    file = tmp_path / "miroir.toml"
    file.write_text(file.read_text() + SOURCES)
    (tmp_path / "depot").mkdir()
    found = []
    for seed, cause in ((31, "CEG_ABSENTE"), (32, None)):
        company = make_company(seed, 2026, 1, 4, cause=cause, simple=True)
        for name, content in company.files:
            (tmp_path / "depot" / name).write_bytes(content)
        found.append(company.siren)
    assert miroir("sync").exit_code == 0
    return found[0], found[1]


def results(folder: Path) -> dict[str, str]:
    (path,) = sorted((folder / "runs").glob("*.json"))[-1:]
    document = json.loads(path.read_text())
    assert document["schema"] == "miroir.results/1"
    return {each["siren"]: each["end"] for each in document["companies"]}


def test_one_that_fails_is_set_aside_and_taken_up(
    sirens: tuple[str, str], tmp_path: Path
) -> None:
    unknown = "999000243"
    result = miroir("reprocess", sirens[0], unknown, sirens[1], sirens[0])
    assert result.exit_code == 1
    assert [line.split(" in ")[0] for line in result.stdout.splitlines()] == [
        f"{sirens[0]}: done",
        f"{unknown}: failed",
        f"{sirens[1]}: done",
    ]
    assert "2 done, 1 failed, 0 not reached" in result.stderr
    again = miroir("retry")
    assert again.exit_code == 1
    assert again.stdout.startswith(f"{unknown}: failed")
    assert results(tmp_path) == {unknown: "failed"}


def test_what_was_not_reached_is_taken_up(
    sirens: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(workplace: Workplace, siren: str) -> Reprocessed:
        if siren == sirens[1]:
            raise KeyboardInterrupt
        return reprocess(workplace, siren)

    monkeypatch.setattr(REPROCESS, cut)
    assert miroir("reprocess", *sirens).exit_code == 130
    assert results(tmp_path) == {sirens[0]: "done", sirens[1]: "not_reached"}
    monkeypatch.setattr(REPROCESS, reprocess)
    run = left_over(tmp_path / "runs")[0].stem.split("-")[-1]
    result = miroir("retry", run)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{sirens[1]}: done")


def test_dossiers_are_selected(sirens: tuple[str, str]) -> None:
    assert miroir("dossiers", "open", sirens[0]).exit_code == 0
    result = miroir("reprocess", "--select", "adviser=none")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"{sirens[0]}: done")
    assert "1 done" in result.stderr
    assert miroir("retry").stderr.endswith("everything is done\n")
    nobody = miroir("reprocess", "--select", "adviser=nobody")
    assert (nobody.exit_code, nobody.stdout) == (0, "")


def test_wrong_usage(sirens: tuple[str, str]) -> None:
    assert miroir("reprocess").exit_code == 2
    assert miroir("reprocess", *sirens, "--dry-run").exit_code == 2
    assert miroir("reprocess", "123").exit_code == 2
    nothing = miroir("retry", "surely-unknown")
    assert nothing.exit_code == 1
    assert "no run is named surely-unknown" in nothing.stderr

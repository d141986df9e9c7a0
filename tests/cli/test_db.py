"""`miroir db` as an operator runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import miroir


@pytest.fixture(autouse=True)
def _at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0


def test_a_store_that_is_right() -> None:
    result = miroir("db", "check")
    assert (result.exit_code, result.stdout[:18]) == (0, "store: at revision")
    assert miroir("db", "upgrade").stdout == "store: nothing to do\n"


def test_a_store_that_is_to_come() -> None:
    Path("miroir.db").unlink()
    result = miroir("db", "check")
    assert result.exit_code == 1
    assert "no Miroir store here" in result.stdout
    result = miroir("db", "upgrade", "--plan")
    assert result.exit_code == 0
    assert result.stdout.startswith("0001: ")
    assert not Path("miroir.db").exists()
    assert miroir("db", "upgrade").stdout.endswith("store: upgraded\n")
    assert miroir("db", "check").exit_code == 0


def test_a_copy_and_its_return() -> None:
    result = miroir("db", "backup", "copy.db")
    assert (result.exit_code, result.stdout) == (0, "copy.db\n")
    assert "Keep" in result.stderr
    assert miroir("db", "backup", "copy.db").exit_code == 1
    result = miroir("db", "restore", "copy.db", "--yes")
    assert result.exit_code == 0, result.stderr
    kept, held = result.stdout.splitlines()
    assert kept.startswith("the former store is kept: ")
    assert held == "store: restored, and held: nothing is sent"
    assert miroir("db", "restore", "copy.db").exit_code == 1  # nobody said yes

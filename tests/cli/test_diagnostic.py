"""`miroir diagnostic bundle`: all that helps, and nobody in it."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest
from miroir.cli.output.bundle import LINES, redacted

from tests.cli.commands import miroir

SECRET = "s3cr3t-canary"
NIR, SIREN, MAIL = "1850578006084", "999000243", "paie@example.org"


@pytest.fixture(autouse=True)
def _at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0
    file = tmp_path / "miroir.toml"
    table = f'[sources.x]\nconnector = "dsn-folder"\nfolder = "depot-{SIREN}"\n'
    file.write_text(file.read_text() + table)


def parts(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_it_holds_what_helps() -> None:
    result = miroir("diagnostic", "bundle", "help.zip")
    assert (result.exit_code, result.stdout) == (0, "help.zip\n")
    assert stat.S_IMODE(Path("help.zip").stat().st_mode) == 0o600
    found = {name: json.loads(text) for name, text in parts(Path("help.zip")).items()}
    assert "miroir" in found["versions.json"]["packages"]
    assert "store.url" in found["settings.json"]
    assert {check["name"] for check in found["checks.json"]} >= {"store", "source x"}
    assert any(each["gives"] for each in found["plugins.json"])
    assert "miroir_scheduler_live 0.0" in found["state.json"]["metrics"]


def test_nobody_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIROIR_SOURCES__X__TOKEN", SECRET)
    Path("app.log").write_text(
        f"NIR {NIR} of {SIREN} and {SIREN}00017, {MAIL}\n" * 3 + "kept\n"
    )
    result = miroir("diagnostic", "bundle", "help.zip", "--log", "app.log")
    assert result.exit_code == 0
    whole = "".join(parts(Path("help.zip")).values())
    for canary in (NIR, SIREN, MAIL, SECRET):
        assert canary not in whole, canary
    assert "kept" in parts(Path("help.zip"))["log-1.txt"]


def test_what_is_broken_says_so_in_its_place() -> None:
    Path("miroir.toml").write_text("surely = 1\n")
    assert miroir("diagnostic", "bundle", "help.zip").exit_code == 0
    found = parts(Path("help.zip"))
    assert "ConfigurationError" in found["settings.json"]
    assert "ConfigurationError" in found["state.json"]
    assert "packages" in found["versions.json"]


def test_it_is_written_whole_or_not_at_all() -> None:
    result = miroir("diagnostic", "bundle", "absent/help.zip")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_the_end_of_a_long_log_is_taken() -> None:
    Path("app.log").write_text("".join(f"line {n}\n" for n in range(LINES + 5)))
    miroir("diagnostic", "bundle", "help.zip", "--log", "app.log")
    lines = parts(Path("help.zip"))["log-1.txt"].splitlines()
    assert (len(lines), lines[0]) == (LINES, "line 5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version 3.11.7, 2026-03-02", "version 3.11.7, 2026-03-02"),
        ("552 100 554", "‹company›"),
        ("of 99900024300017.", "of ‹company›."),
    ],
)
def test_what_is_redacted(text: str, expected: str) -> None:
    assert redacted(text) == expected

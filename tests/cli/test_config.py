from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import miroir

SOURCE = '[sources.depot]\nconnector = "dsn-folder"\nfolder = "in"\n'


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_check_says_what_is_there() -> None:
    Path("miroir.toml").write_text(SOURCE)
    result = miroir("config", "check")
    assert result.exit_code == 0
    told = "valid; sources: depot; destinations: none"
    assert result.stdout == f"{Path.cwd()}/miroir.toml: {told}\n"


def test_check_tells_keys_and_sources_at_once() -> None:
    Path("miroir.toml").write_text(
        "[gap]\ntolerence = 1\n[sources.a]\nx = 1\n" + SOURCE.replace("folder =", "f =")
    )
    result = miroir("config", "check")
    assert result.exit_code == 4
    lines = result.stderr.splitlines()
    assert lines[0] == "Error: 4 problems in the configuration"
    keys = [line.split(": ")[1] for line in lines[1:]]
    assert keys == [
        "gap.tolerence",
        "sources.a.connector",
        "sources.depot.f",
        "sources.depot.folder",
    ]


def test_check_without_any_configuration() -> None:
    result = miroir("config", "check")
    assert result.exit_code == 4
    assert "Error: no configuration file; looked at, in order: " in result.stderr


def test_show_with_origins() -> None:
    Path("miroir.toml").write_text(SOURCE + 'token = "s3cret"\n')
    result = miroir("config", "show", "--origin")
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert lines["KEY"].split() == ["KEY", "VALUE", "ORIGIN"]
    assert lines["gap.tolerance"].split() == ["gap.tolerance", "'0.05'", "default"]
    assert lines["sources.depot.folder"].endswith(f"{Path.cwd()}/miroir.toml")
    assert "s3cret" not in result.output
    assert "•••" in lines["sources.depot.token"]


def test_show_as_json() -> None:
    Path("miroir.toml").write_text(SOURCE)
    shown = json.loads(miroir("config", "show", "--format", "json").stdout)
    assert shown["sources.depot.connector"] == {"value": "'dsn-folder'"}
    shown = json.loads(miroir("config", "show", "--origin", "--format", "json").stdout)
    assert shown["gap.tolerance"] == {"value": "'0.05'", "origin": "default"}


def test_schema_describes_the_connectors_installed() -> None:
    schema = json.loads(miroir("config", "schema").stdout)
    assert schema["$defs"]["sources.adhesion-csv"]["required"] == ["connector", "path"]
    folder = schema["$defs"]["sources.dsn-folder"]["properties"]
    assert {*folder} == {"connector", "folder", "patterns", "stable_seconds"}

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from miroir.plugins.loading import hook_names
from miroir.scaffold import KINDS

from tests.cli.commands import miroir
from tests.plugins.distributions import Site


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_list_shows_who_gives_what() -> None:
    result = miroir("plugins", "list")
    assert result.exit_code == 0
    (line,) = (row for row in result.stdout.splitlines() if "dsn-folder" in row)
    name, state, distribution, _version, *rest = line.split()
    assert (name, state, distribution) == ("dsn-folder", "on", "miroir")
    assert rest == ["miroir_sources", "source", "dsn-folder"]


def test_list_of_one_hook_and_who_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIROIR_TRACE_HOOKS", "1")
    result = miroir("plugins", "list", "--hook", "sources")
    assert result.exit_code == 0
    assert "known-causes" not in result.stdout
    assert "hook miroir_sources: plugin 'dsn-folder' (miroir " in result.stderr
    result = miroir("plugins", "list", "--hook", "surely_unknown")
    assert result.exit_code == 2
    assert "There are miroir_adhesion_updaters, " in result.stderr


def test_list_shows_plugins_off_and_broken(site: Site) -> None:
    site.install("miroir-acme", {"acme": "1 / 0"}, version="1.2")
    site.install("miroir-beta", {"beta": ""})
    Path("miroir.toml").write_text('[plugins]\ndisabled = ["beta"]\n')
    result = miroir("plugins", "list")
    assert result.exit_code == 1
    rows = {line.split()[0]: line.split() for line in result.stdout.splitlines()}
    assert rows["acme"] == ["acme", "broken", "miroir-acme", "1.2", "-", "-"]
    assert rows["beta"] == ["beta", "off", "miroir-beta", "1.0", "-", "-"]
    assert rows["dsn-folder"][1] == "on"
    assert result.stderr.startswith("Error: Plugin 'acme' (miroir-acme 1.2) failed to")


def test_list_as_json(site: Site) -> None:
    site.install("miroir-acme", {"acme": "1 / 0"}, version="1.2")
    document = json.loads(miroir("plugins", "list", "--format", "json").stdout)
    assert document["schema"] == "miroir.plugins/1"
    found = {plugin["name"]: plugin for plugin in document["plugins"]}
    assert found["acme"]["state"] == "broken"
    assert "ZeroDivisionError" in found["acme"]["problem"]
    assert found["adhesion-csv"] == {
        "name": "adhesion-csv",
        "distribution": "miroir",
        "version": found["adhesion-csv"]["version"],
        "state": "on",
        "hooks": ["miroir_sources"],
        "gives": ["source adhesion-csv"],
        "problem": "",
    }


def test_list_also_finds_what_only_shows_between_plugins(site: Site) -> None:
    code = (
        "import click, miroir\n@miroir.hookimpl\n"
        "def miroir_commands(): return [click.Command('etat')]"
    )
    site.install("miroir-acme", {"acme": code})
    site.install("miroir-beta", {"beta": code})
    result = miroir("plugins", "list")
    assert result.exit_code == 1
    assert "Error: The command 'etat' is given more than once, by" in result.stderr


def test_new_writes_a_plugin_of_every_kind_whose_tests_pass(tmp_path: Path) -> None:
    result = miroir("plugins", "new", "gps_acme", "--kind", "all")
    target = tmp_path / "miroir-gps-acme"
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{target}\n"
    assert f"pip install -e {target}" in result.stderr
    modules = [kind.module for kind in KINDS.values()]
    assert {
        str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()
    } == {
        "README.md",
        "pyproject.toml",
        "config/miroir.toml",
        "src/miroir_gps_acme/__init__.py",
        "src/miroir_gps_acme/conformance.py",
        "src/miroir_gps_acme/py.typed",
        *(f"src/miroir_gps_acme/{module}.py" for module in modules),
        "tests/test_conformance.py",
        *(f"tests/test_{module}.py" for module in modules),
        *(f"tests/golden/{module}.txt" for module in modules),
    }
    info = target / "src" / "miroir_gps_acme-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: miroir-gps-acme\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[miroir]\ngps_acme = miroir_gps_acme\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(target)],
        cwd=target,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(target / "src")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "105 passed" in done.stdout


def test_the_configuration_of_a_new_plugin_is_valid(tmp_path: Path, site: Site) -> None:
    miroir("plugins", "new", "gps_acme", "--kind", "all")
    target = tmp_path / "miroir-gps-acme"
    shutil.copytree(target / "src" / "miroir_gps_acme", site.folder / "miroir_gps_acme")
    site.install("miroir-gps-acme", {}, {"gps_acme": "miroir_gps_acme"})
    result = miroir("config", "check", "--config", f"{target}/config/miroir.toml")
    assert result.exit_code == 0, result.stderr
    assert "sources: depot; destinations: adhesion_updater, crm_logger" in result.stdout


def test_every_hook_has_a_kind_of_plugin() -> None:
    assert {kind.hook for kind in KINDS.values()} == set(hook_names())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Acme", "'Acme': not a plugin name. Give lower-case letters"),
        ("gps-acme", "not a plugin name"),
        ("1gps", "not a plugin name"),
        ("gps__acme", "not a plugin name"),
        ("../gps", "not a plugin name"),
        ("class", "not a plugin name"),
        ("a" * 41, "not a plugin name"),
        ("miroir_acme", "is put in front of the package by itself"),
        ("acme", "'acme': miroir-acme has a plugin of this name"),
    ],
)
def test_new_refuses_a_name(site: Site, name: str, reason: str) -> None:
    site.install("miroir-acme", {"acme": ""})
    before = sorted(Path.cwd().rglob("*"))
    result = miroir("plugins", "new", "--", name)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert sorted(Path.cwd().rglob("*")) == before


def test_new_never_writes_over_something(tmp_path: Path) -> None:
    target = tmp_path / "in" / "miroir-gps-acme"
    target.mkdir(parents=True)
    (tmp_path / "file").write_text("x")
    result = miroir("plugins", "new", "gps_acme", "--into", "in")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {target}: there already. Give another name, or another --into.\n"
    )
    assert list(target.iterdir()) == []
    result = miroir("plugins", "new", "gps_acme", "--into", "file")
    assert result.exit_code == 1
    assert "Give another" in result.stderr

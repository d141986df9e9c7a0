from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from miroir.cli import main

from tests.hooks.examples import example
from tests.plugins.distributions import Site


@pytest.fixture(autouse=True)
def _example(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.install("miroir-gps-example", {"example_cmd": example("miroir_commands")})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIROIR_PLUGINS__ENABLED", "example_cmd")


def test_the_example_runs() -> None:
    result = CliRunner().invoke(main, ["hello"])
    assert (result.exit_code, result.stdout) == (0, "bonjour\n")


def test_the_help_lists_it_with_its_plugin() -> None:
    lines = CliRunner().invoke(main, ["--help"]).stdout.splitlines()
    assert "Commands of plugins:" in lines
    assert any("hello" in line and "(example_cmd)" in line for line in lines)

"""What an adviser sees of a plugin that falls over: its name, and all the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from miroir.config.loading import load_settings
from miroir.operations.workplace import opened
from miroir.plugins import notes
from miroir.testing.payroll import make_company

from tests.cli.commands import miroir
from tests.plugins.distributions import Site, site

__all__ = ["site"]

BAD = """
import os, signal
import miroir

CAUSE = miroir.Cause(
    id="ACME_RIEN", label="Rien", explanation="Rien.", remedy="Rien.",
    responsible=miroir.Responsible.GPS, would_refute="Rien.",
)


def examine(company):
    os.kill(os.getpid(), signal.SIGKILL)


@miroir.hookimpl
def miroir_diagnostics():
    return [miroir.Diagnostic(name="acme", causes=(CAUSE,), examine=examine)]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "depot").mkdir()
    for seed in range(5):
        for name, content in make_company(seed + 3, 2026, 1, 2).files:
            (tmp_path / "depot" / name).write_bytes(content)
    return tmp_path


def analysed() -> dict[str, Any]:
    result = miroir("analyse", "depot", "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_an_analysis_is_the_same_but_for_the_failure_that_it_names(
    place: Path, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    without = analysed()
    site.install("miroir-gps-acme", {"gps_acme": BAD})
    found = analysed()
    failures = [company.pop("failures") for company in found["companies"]]
    assert [company.pop("failures") for company in without["companies"]] == [[]] * 5
    assert found["companies"] == without["companies"]
    assert "its process ended (SIGKILL)" in failures[0][0]
    assert "it is set aside for the rest of this run (crashed 3)" in failures[4][0]
    assert caplog.messages[-1] == (
        "plugin 'gps_acme' (miroir-gps-acme 1.0) was set aside (crashed 3);"
        " not done: examining (acme) (2 times)"
    )


def test_a_table_of_plugins_decides_and_is_checked(place: Path, site: Site) -> None:
    site.install("miroir-gps-acme", {"gps_acme": BAD})
    assert miroir("init").exit_code == 0
    file = place / "miroir.toml"
    asked = 'memory_mib = 300\nisolation_of = {{ {} = "process" }}'
    text = file.read_text()

    def write(name: str) -> None:
        file.write_text(
            text.replace("[plugins]", f"[plugins]\n{asked.format(name)}", 1)
        )

    write("gps_acme")
    with opened(load_settings(file)) as workplace:
        terms = workplace.plugins.containment.terms
        assert (terms.memory_mib, terms.mode) == (300, "fork")
        assert terms.modes == {"gps_acme": "process"}
    write("gps_acmee")
    result = miroir("config", "check")
    assert result.exit_code == 4
    assert "plugins.isolation_of: no plugin 'gps_acmee' is installed" in result.output
    assert list(notes.read(place / "runs")) == []

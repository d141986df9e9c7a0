"""The alert rules are tested by promtool; they read metrics that exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from miroir.cli import main

RULES = Path(__file__).parents[2] / "config" / "prometheus" / "miroir.rules.yml"
TESTS = RULES.with_name("miroir.rules.test.yml")


@pytest.fixture(scope="module")
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        reason = "no promtool: install prometheus"
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_each_alert_fires_and_stays_silent(promtool: str) -> None:
    for arguments in (["check", "rules", RULES], ["test", "rules", TESTS]):
        done = subprocess.run(
            [promtool, *map(str, arguments)],
            cwd=RULES.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    alerts = re.findall(r"alert: (\w+)", RULES.read_text())
    tested = TESTS.read_text()
    for alert in alerts:
        assert tested.count(f"alertname: {alert}\n") == 2, alert


def test_the_rules_read_metrics_that_are_written(
    promtool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    written = CliRunner().invoke(main, ["metrics"]).stdout
    # Without a job, a source or a destination, their names are told all the same.
    told = set(re.findall(r"^# TYPE (\w+) (?:counter|gauge)", written, re.MULTILINE))
    read = set(re.findall(r"\bmiroir_\w+", "".join(_expressions())))
    assert read <= told
    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=written,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _expressions() -> list[str]:
    return re.findall(r"expr: (.*)", RULES.read_text())

"""The units of config/systemd are what systemd takes, and start what exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from miroir.cli import main

UNITS = sorted((Path(__file__).parents[2] / "config" / "systemd").iterdir())
_STARTS = re.compile(r"/srv/miroir/\.venv/bin/miroir ([a-z ]+)")


@pytest.fixture(scope="module")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        reason = "no systemd-analyze: install systemd"
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_every_unit_is_taken_by_systemd(analyze: str, tmp_path: Path) -> None:
    for unit in UNITS:
        # The program of a real machine is not where the tests run.
        text = unit.read_text().replace("/srv/miroir/.venv/bin/miroir", sys.executable)
        text = re.sub(r"^Documentation=.*\n", "", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)
    named = [str(tmp_path / unit.name.replace("@.", "@1.")) for unit in UNITS]
    (tmp_path / "miroir-worker@1.service").write_text(
        (tmp_path / "miroir-worker@.service").read_text()
    )
    done = subprocess.run(
        [analyze, "verify", "--man=no", *named],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    ours = [line for line in done.stderr.splitlines() if "miroir" in line]
    assert not ours, ours


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.name))
def test_every_unit_starts_a_command_that_exists(unit: Path) -> None:
    for command in _STARTS.findall(unit.read_text()):
        words = command.split()
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0, command

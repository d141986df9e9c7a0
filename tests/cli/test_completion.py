from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli.commands import miroir


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_shell_is_told_how_to_complete(shell: str) -> None:
    result = miroir("completion", shell)
    assert result.exit_code == 0
    assert "_MIROIR_COMPLETE" in result.stdout
    assert "Install it with:" in result.stderr


def test_commands_and_options_are_completed() -> None:
    def completed(words: str, place: int) -> list[str]:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from miroir.cli import main; main(prog_name='miroir')",
            ],
            env={
                **os.environ,
                "_MIROIR_COMPLETE": "bash_complete",
                "COMP_WORDS": words,
                "COMP_CWORD": str(place),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completed("miroir repr", 1) == ["reprocess"]
    assert "--dry-run" in completed("miroir reprocess --", 2)
    assert completed("miroir db up", 2) == ["upgrade"]

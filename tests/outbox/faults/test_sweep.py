"""The fault harness in short; `tox -e certainty` has all of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.outbox.double.running import ROOT
from tests.outbox.faults.bugs import BUGS
from tests.outbox.faults.sweep import named_points
from tests.store.conftest import binaries_or_skip

QUICK_BUGS = ("an_intent_is_never_the_same", "nothing_is_sealed", "the_mail_goes_first")
"""Those that are found soonest."""


def test_there_are_enough_points_and_bugs() -> None:
    assert len(named_points()) >= 60
    assert len(BUGS) >= 25


@pytest.mark.parametrize(
    ("store", "delivery", "turn"), [("sqlite", "C", 3), ("postgresql", "A", 5)]
)
def test_killed_at_points_and_lines(store: str, delivery: str, turn: int) -> None:
    if store == "postgresql":
        binaries_or_skip()
    command = [sys.executable, "-m", "tests.outbox.faults.certainty"]
    options = f"--stores {store} --classes {delivery} --points 16 --lines 10"
    done = subprocess.run(
        [*command, *options.split(), "--turn", str(turn)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, doubled 0, other 0" in done.stdout


@pytest.mark.parametrize("bug", QUICK_BUGS)
def test_a_planted_bug_is_caught(bug: str) -> None:
    command = (
        f"from tests.outbox.faults.bugs import caught_by; print(caught_by({bug!r}))"
    )
    # Forks are made in a process of their own, which has no thread.
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip(), f"no probe catches «{bug}»: {done.stderr}"

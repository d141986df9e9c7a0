"""A run killed at any time: nothing half visible, and it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from miroir.testing.payroll import SimulatedCompany

from tests.operations.bulk.places import BulkPlace
from tests.operations.bulk.test_shards import manifests, twin

RUN = "import sys; from miroir.cli import main; sys.argv[0] = 'miroir'; main()"


def start(
    place: BulkPlace, *options: str, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", RUN, "run", "--config", str(place.config)]
    variables = os.environ | (environment or {})
    return subprocess.Popen([*command, "--period", "2026-03", *options], env=variables)


def wait_for(folder: Path, pattern: str) -> None:
    end = time.monotonic() + 60
    while not any(folder.glob(pattern)):
        assert time.monotonic() < end, "nothing was written in a minute"
        time.sleep(0.002)


def test_a_run_killed_in_a_shard_goes_on_and_gives_the_same_bytes(
    place: BulkPlace, tmp_path: Path, companies: tuple[SimulatedCompany, ...]
) -> None:
    other = twin(place, tmp_path / "other", companies)
    other.run("2026-03", shards=8)
    killed = 0
    # At a part, at a result of the first month, at one of the last month.
    for pattern in ("parts/*/*.parquet", "results/2026-01/*", "results/2026-03/*"):
        process = start(place, "--shards", "8", "--resume")
        wait_for(place.layout.folder, pattern)
        os.kill(process.pid, signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        assert len(place.batches()) in (0, 3)
    assert killed
    assert start(place, "--shards", "8", "--resume").wait() == 0
    assert manifests(place) == manifests(other)

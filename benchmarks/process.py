"""Run a command as a process of its own: wall and CPU seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

KILOBYTE = 1_024 / 1_000_000
"""ru_maxrss counts KiB; megabytes are 10^6 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. `said`: what it wrote on its standard output."""

    wall: float
    cpu: float
    peak_mb: float
    said: str


def run(command: Sequence[str], *, environment: dict[str, str] | None = None) -> Run:
    """Run to the end; raises SystemExit with what it said when it fails."""
    own = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | (environment or {})
    started = perf_counter()
    with subprocess.Popen(
        command,
        env=own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{said}")
    return Run(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss * KILOBYTE,
        said=said,
    )


def python(*arguments: str) -> Run:
    """Run a module of this interpreter."""
    return run([sys.executable, "-W", "ignore", *arguments])


def best(runs: Sequence[Run]) -> Run:
    """The fastest of several: the least disturbed by neighbours."""
    return min(runs, key=lambda each: each.wall)

"""Run a command as a process of its own: wall and CPU seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter

import psutil

MEGABYTE = 1_000_000
EVERY = 0.1
"""Seconds between two looks at the memory: looking takes a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. `said`: what it wrote on its standard output.

    Memory of the command and of all it started, together, at its peak, looked
    at several times a second. `resident_mb` counts the pages of files that are
    only mapped, which the kernel takes back when it wants; `own_mb` does not.
    """

    wall: float
    cpu: float
    own_mb: float
    resident_mb: float
    said: str


def run(command: Sequence[str], *, environment: dict[str, str] | None = None) -> Run:
    """Run to the end; raises SystemExit with what it said when it fails."""
    variables = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | (environment or {})
    started = perf_counter()
    with subprocess.Popen(
        command,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        memory = _Memory(process.pid)
        complaints: list[str] = []
        assert process.stdout is not None and process.stderr is not None
        errors = process.stderr
        listening = Thread(target=lambda: complaints.extend(errors))
        listening.start()
        said = process.stdout.read()
        listening.join()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        own, resident = memory.peaks()
    if process.returncode:
        told = "".join(complaints)
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{told}")
    return Run(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        own_mb=own / MEGABYTE,
        resident_mb=resident / MEGABYTE,
        said=said,
    )


class _Memory:
    """Looks at a process and its descendants until it is asked for the peaks."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._own = self._resident = 0
        self._ended = Event()
        self._thread = Thread(target=self._look)
        self._thread.start()

    def peaks(self) -> tuple[int, int]:
        """Own and resident, in bytes."""
        self._ended.set()
        self._thread.join()
        return self._own, self._resident

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            try:
                together = [self._process, *self._process.children(recursive=True)]
            except psutil.Error:
                return
            found = [_memory(each) for each in together]
            self._own = max(self._own, sum(own for own, _ in found))
            self._resident = max(self._resident, sum(each for _, each in found))


def _memory(process: psutil.Process) -> tuple[int, int]:
    try:
        found = process.memory_info()
    except psutil.Error:
        return 0, 0
    return found.rss - getattr(found, "shared", 0), found.rss


def python(*arguments: str) -> Run:
    """Run a module of this interpreter."""
    return run([sys.executable, "-W", "ignore", *arguments])

"""From 100 MB to 10 GB, and from one worker to two: what grows with what."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from benchmarks import generate
from benchmarks.asked import Asked, made
from benchmarks.cluster import cluster
from benchmarks.lines import Line, fastest, number, table
from benchmarks.whole import january, whole

COUNTRY = 26_000_000
"""Employees declared each month in France, about."""
WORKERS = 2
_SPEEDS = ("speed", "cpu_speed")
_HEADS = (
    "one file of",
    "employees",
    "seconds",
    "MB/s",
    "MB per CPU second",
    "employees/s",
    "own MB",
    "resident MB",
    "bytes kept / employee",
)


def growth(asked: Asked) -> str:
    """One file of each size, made, worked and removed; then the country."""
    rows, lines = [], []
    for size in asked.sizes:
        line, kept = _sized(asked, size)
        lines.append(line)
        rows.append(
            (
                f"{line.bytes / 1e6:,.0f} MB",
                number(line.employees),
                f"{line.seconds:.1f}",
                number(line.speed),
                number(line.cpu_speed),
                number(line.people),
                number(line.own_mb),
                number(line.resident_mb),
                f"{kept:.1f}",
            )
        )
    clock, cpu = ([getattr(line, name) for line in lines] for name in _SPEEDS)
    apart = (
        f"Fastest over slowest: {max(clock) / min(clock):.2f} by the clock,"
        f" {max(cpu) / min(cpu):.2f} in CPU time.\n"
    )
    return table(_HEADS, rows) + "\n" + apart + _country(lines[-1])


def _sized(asked: Asked, size: int) -> tuple[Line, float]:
    """The fastest run on a file of so many MB, and bytes kept per employee."""
    folder = asked.folder / f"growth-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[float] = []

    def worked() -> Line:
        found = whole(folder / "one-01.dsn", truth)
        kept.append(found.disk / truth.employees)
        return Line.of("", found.run, truth.bytes, truth.employees)

    try:
        made(generate.one(size, folder), folder / "one.json")
        truth = january(folder / "one.json")
        (line,) = fastest(asked.rounds, [worked])
    finally:
        shutil.rmtree(folder)
    return line, kept[0]


def _country(line: Line) -> str:
    minutes = COUNTRY / line.people / 60
    return (
        f"From {line.bytes / 1e9:.1f} GB run: {COUNTRY:,} employees of"
        f" {line.bytes / line.employees:,.0f} bytes each would take"
        f" {minutes:.1f} minutes on one core, {minutes / WORKERS:.1f} on two that"
        " lose nothing; in CPU time,"
        f" {COUNTRY / line.employees * line.cpu / 60:.1f} and"
        f" {COUNTRY / line.employees * line.cpu / 60 / WORKERS:.1f}.\n"
    )


def workers(asked: Asked) -> str:
    """The small files, received before, by one worker, two, and two of dask."""
    many = asked.many()
    several = ("--workers", str(WORKERS))
    alone, local = "one process", f"{WORKERS} local workers"
    tasks = [partial(_worked, alone, many), partial(_worked, local, many, *several)]
    with cluster(WORKERS) as scheduler:
        dask = ("--executor", "dask", "--scheduler", scheduler)
        name = f"{WORKERS} dask workers on this machine"
        shards = ("--shards", "8")
        tasks.append(partial(_worked, name, many, *dask, *shards))
        lines = fastest(asked.rounds, tasks)
    rows = [
        (
            line.what,
            f"{line.seconds:.1f}",
            number(line.people),
            number(lines[0].seconds / line.seconds),
            number(line.own_mb) if line is not lines[-1] else "",
        )
        for line in lines
    ]
    heads = ("workers", "seconds", "employees/s", "over one process", "own MB")
    return table(heads, rows)


def _worked(what: str, data: Path, *options: str) -> Line:
    truth = january(data.with_name("many.json"))
    found = whole(data, truth, options, received=True)
    return Line.of(what, found.run, truth.bytes, truth.employees)

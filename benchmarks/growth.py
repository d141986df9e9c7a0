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
_HEADS = (
    "one file of",
    "employees",
    "seconds",
    "MB/s",
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
                number(line.people),
                number(line.own_mb),
                number(line.resident_mb),
                f"{kept:.1f}",
            )
        )
    speeds = [line.speed for line in lines]
    apart = f"Fastest over slowest: {max(speeds) / min(speeds):.2f}.\n"
    return table(_HEADS, rows) + "\n" + apart + _country(lines[-1])


def _sized(asked: Asked, size: int) -> tuple[Line, float]:
    folder = asked.folder / f"growth-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        made(generate.one(size, folder), folder / "one.json")
        truth = january(folder / "one.json")
        runs = [whole(folder / "one-01.dsn", truth) for _ in range(asked.rounds)]
    finally:
        shutil.rmtree(folder)
    found = min(runs, key=lambda each: each.run.wall)
    line = Line.of("", found.run, truth.bytes, truth.employees)
    return line, found.disk / truth.employees


def _country(line: Line) -> str:
    minutes = COUNTRY / line.people / 60
    return (
        f"From {line.bytes / 1e9:.1f} GB run: {COUNTRY:,} employees of"
        f" {line.bytes / line.employees:,.0f} bytes each would take"
        f" {minutes:.1f} minutes on one core, {minutes / WORKERS:.1f} on two that"
        " lose nothing.\n"
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

"""From 100 MB to 10 GB, and from one worker to two: what grows with what."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from benchmarks import generate
from benchmarks.asked import Asked, made
from benchmarks.cluster import cluster
from benchmarks.lines import Line, fastest, number, table
from benchmarks.whole import Whole, january, whole

COUNTRY = 26_000_000
"""Employees declared each month in France, about."""
WORKERS = 2
_HEADS = (
    "one file of",
    "employees",
    "seconds",
    "reception before, seconds",
    "employees/s",
    "MB/s of what is added",
    "the same, in CPU time",
    "own MB",
    "resident MB",
    "bytes kept / employee",
)


def growth(asked: Asked) -> str:
    """One file of each size, made, worked and removed; then the country."""
    rows: list[tuple[str, ...]] = []
    lines: list[Line] = []
    for size in asked.sizes:
        line, last = _sized(asked, size)
        assert last.reception is not None
        more = line if not lines else line.beyond(lines[-1])
        lines.append(line)
        rows.append(
            (
                f"{line.bytes / 1e6:,.0f} MB",
                number(line.employees),
                f"{line.seconds:.1f}",
                f"{last.reception.wall:.1f}",
                number(line.people),
                number(more.speed) if len(lines) > 1 else "",
                number(more.cpu_speed) if len(lines) > 1 else "",
                number(line.own_mb),
                number(line.resident_mb),
                f"{last.disk / line.employees:.1f}",
            )
        )
    return table(_HEADS, rows) + "\n" + _country(lines[-1])


def _sized(asked: Asked, size: int) -> tuple[Line, Whole]:
    """The fastest run on a file of so many MB received before, and the last."""
    folder = asked.folder / f"growth-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    runs: list[Whole] = []

    def worked() -> Line:
        found = whole(folder / "one-01.dsn", truth, received=True)
        runs.append(found)
        return Line.of("", found.run, truth.bytes, truth.employees)

    try:
        made(generate.one(size, folder), folder / "one.json")
        truth = january(folder / "one.json")
        (line,) = fastest(asked.rounds, [worked])
    finally:
        shutil.rmtree(folder)
    return line, runs[-1]


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
    """Small files, received before, by one worker, two, and two of dask; enough
    of them for what the processes take to start not to be most of it."""
    folder = asked.folder / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        made(generate.many(asked.workers_files, folder), folder / "many.json")
        return _workers(asked, folder / "many-01")
    finally:
        shutil.rmtree(folder)


def _workers(asked: Asked, many: Path) -> str:
    several = ("--workers", str(WORKERS))
    alone, local = "one process", f"{WORKERS} local workers"
    tasks = [partial(_worked, alone, many), partial(_worked, local, many, *several)]
    with cluster(WORKERS) as scheduler:
        dask = ("--executor", "dask", "--scheduler", scheduler)
        name = f"{WORKERS} dask workers on this machine"
        tasks.append(partial(_worked, name, many, *dask, "--shards", "8"))
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
    said = f"{lines[0].bytes / 1e9:.1f} GB in {asked.workers_files:,} files.\n\n"
    return said + table(heads, rows)


def _worked(what: str, data: Path, *options: str) -> Line:
    truth = january(data.with_name("many.json"))
    found = whole(data, truth, options, received=True)
    return Line.of(what, found.run, truth.bytes, truth.employees)

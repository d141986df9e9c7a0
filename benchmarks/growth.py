"""From 100 MB to 10 GB, and from one worker to two: what grows with what."""

from __future__ import annotations

import shutil
from dataclasses import replace
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
        line, kept = _sized(asked, size)
        more = line if not lines else _more(lines[-1], line)
        lines.append(line)
        rows.append(
            (
                f"{line.bytes / 1e6:,.0f} MB",
                number(line.employees),
                f"{line.seconds:.1f}",
                number(line.people),
                number(more.speed) if len(lines) > 1 else "",
                number(more.cpu_speed) if len(lines) > 1 else "",
                number(line.own_mb),
                number(line.resident_mb),
                f"{kept:.1f}",
            )
        )
    return table(_HEADS, rows) + "\n" + _country(lines[-1])


def _more(before: Line, after: Line) -> Line:
    """What the larger file took beyond the smaller one: no start in it."""
    return replace(
        after,
        bytes=after.bytes - before.bytes,
        seconds=max(after.seconds - before.seconds, 1e-3),
        cpu=max(after.cpu - before.cpu, 1e-3),
    )


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

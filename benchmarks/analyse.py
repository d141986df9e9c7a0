"""How long one waits for `miroir analyse`, the start of Python included.

A company of 5 employees over 9 months; one of 20,000 over a month and over
three, then with a wrong payslip for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from miroir.testing.payroll import make_company

from benchmarks import population
from benchmarks.asked import Asked
from benchmarks.generate import one
from benchmarks.lines import table
from benchmarks.process import python

LARGE_MB = 56
"""About 20,000 employees."""


def _small(folder: Path, _: int) -> str:
    for name, content in make_company(5, population.YEAR, 9, 5).files:
        (folder / Path(name).name).write_bytes(content)
    return "5 employees, 9 months"


def _large(folder: Path, megabytes: int, months: int = 1) -> str:
    first, *others = one(megabytes, folder, months=months)
    unit = "months" if others else "month"
    return f"{first.employees:,} employees, {months} {unit}"


def _large_quarter(folder: Path, megabytes: int) -> str:
    return _large(folder, megabytes, months=3)


def _all_wrong(folder: Path, megabytes: int) -> str:
    usual = population.WRONG
    population.WRONG = 1.1  # more than any share: everybody
    try:
        return f"{_large(folder, megabytes)}, all with a gap"
    finally:
        population.WRONG = usual


CASES: tuple[tuple[Callable[[Path, int], str], str], ...] = (
    (_small, "0.5"),
    (_large, "5"),
    (_large_quarter, ""),
    (_all_wrong, ""),
)
HEADS = ("command", "seconds", "CPU seconds", "own MB", "goal, seconds")


def analyse(asked: Asked) -> str:
    """`--help`, then each company; a smaller one when less data is asked for."""
    megabytes = min(LARGE_MB, asked.megabytes)
    rows = [_row("`miroir --help`", ["--help"], asked.rounds, "0.3")]
    for make, goal in CASES:
        with TemporaryDirectory(dir=asked.folder, prefix="analyse-") as folder:
            what = make(Path(folder), megabytes)
            command = ["analyse", folder]
            rows.append(_row(f"`miroir analyse`, {what}", command, asked.rounds, goal))
    return table(HEADS, rows)


def _row(what: str, command: Sequence[str], rounds: int, goal: str) -> list[str]:
    runs = [python("-m", "miroir", *command) for _ in range(rounds)]
    wall, cpu = min(each.wall for each in runs), min(each.cpu for each in runs)
    peak = max(each.own_mb for each in runs)
    return [what, f"{wall:.2f}", f"{cpu:.2f}", f"{peak:.0f}", goal]

"""How long `miroir analyse` takes, the start of Python included.

    python -m benchmarks.analyse [--rounds 5]

A company of 5 employees over 9 months; one of 20,000 over a month and over
three, then with a wrong payslip for everybody. Files are made in a temporary
folder. The fastest of the rounds is kept: the machine is seldom quiet.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from miroir.testing.payroll import make_company

from benchmarks import population
from benchmarks.generate import one
from benchmarks.process import best, run

LARGE_MB = 56
"""About 20,000 employees."""
MIROIR = str(Path(sys.executable).with_name("miroir"))


def _small(folder: Path) -> None:
    for name, content in make_company(5, population.YEAR, 9, 5).files:
        (folder / Path(name).name).write_bytes(content)


def _large(folder: Path) -> None:
    one(LARGE_MB, folder)


def _large_quarter(folder: Path) -> None:
    one(LARGE_MB, folder, months=3)


def _all_wrong(folder: Path) -> None:
    usual = population.WRONG
    population.WRONG = 1.1  # more than any share: everybody
    try:
        one(LARGE_MB, folder)
    finally:
        population.WRONG = usual


CASES: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("5 employees, 9 months", _small),
    ("20,000 employees, 1 month", _large),
    ("20,000 employees, 3 months", _large_quarter),
    ("20,000 employees, 1 month, all with a gap", _all_wrong),
)


def _row(what: str, command: list[str], rounds: int) -> str:
    runs = [run(command) for _ in range(rounds)]
    cpu, peak = min(each.cpu for each in runs), max(each.resident_mb for each in runs)
    return f"| {what} | {best(runs).wall:.2f} | {cpu:.2f} | {peak:.0f} |\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analyse")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    sys.stdout.write(
        "| `miroir` | wall s | CPU s | peak MB |\n| --- | --- | --- | --- |\n"
    )
    sys.stdout.write(_row("--help", [MIROIR, "--help"], rounds))
    for what, make in CASES:
        with TemporaryDirectory() as folder:
            make(Path(folder))
            sys.stdout.write(_row(what, [MIROIR, "analyse", folder], rounds))
        sys.stdout.flush()


if __name__ == "__main__":
    main()

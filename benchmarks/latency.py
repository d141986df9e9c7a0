"""How long one waits for a command on one company, the start of Python included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import generate
from benchmarks.asked import Asked
from benchmarks.generate import whole_file
from benchmarks.lines import table
from benchmarks.population import company
from benchmarks.process import best, python

SMALL, MONTHS = 5, 9
LARGE = 20_000
_LARGE_MB = 56


def latency(asked: Asked) -> str:
    """`--help`, a company of 5 employees over 9 months, one of 20,000."""
    with TemporaryDirectory(dir=asked.folder, prefix="latency-") as name:
        folder = Path(name)
        small = folder / "small"
        small.mkdir()
        for number, month in enumerate(company(3, SMALL, MONTHS), start=1):
            (small / f"{number:02d}.dsn").write_bytes(whole_file(month))
        (truth,) = generate.one(_LARGE_MB, folder)
        large = folder / f"{truth.month}.dsn"
        rows = [
            _row(asked, "`miroir --help`", ["--help"], 0.3),
            _row(
                asked,
                f"`miroir analyse`, {SMALL} employees, {MONTHS} months",
                ["analyse", str(small)],
                0.5,
            ),
            _row(
                asked,
                f"`miroir analyse`, {truth.employees:,} employees, 1 month",
                ["analyse", str(large), "--format", "json"],
                5 * truth.employees / LARGE,
            ),
        ]
    return table(("command", "seconds", "own MB", "goal, seconds"), rows)


def _row(asked: Asked, what: str, command: Sequence[str], goal: float) -> list[str]:
    run = best([python("-m", "miroir", *command) for _ in range(asked.rounds)])
    return [what, f"{run.wall:.2f}", f"{run.own_mb:.0f}", f"{goal:.1f}"]

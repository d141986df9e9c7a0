"""Every figure of docs/performance.md, in one run, each in a process of its own.

    python -m benchmarks.measure DIR [--peer PYTHON] [--rounds 3]

DIR holds what `python -m benchmarks.generate` made: one-01.dsn and one.json,
many-01/ and many.json. Rounds are interleaved and the fastest is kept: the
machine is seldom quiet. Nothing is written but the table, on standard output.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from benchmarks import limits, peers
from benchmarks.process import Run, python

SAMPLE_MB = 100
"""The ordinary way and the plain loop read this much: they are slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table: megabytes and employees a second."""

    what: str
    mb: float
    employees: float
    seconds: float
    peak_mb: float

    @property
    def speed(self) -> float:
        return self.mb / self.seconds

    def row(self, wc: float) -> str:
        people = f"{self.employees / self.seconds:,.0f}" if self.employees else ""
        peak = f"{self.peak_mb:.0f}" if self.peak_mb else ""
        return (
            f"| {self.what} | {self.speed:,.1f} | {people} | {peak} |"
            f" {self.speed / wc:.4f} |"
        )


def timed(what: str, runs: Sequence[Run]) -> Line:
    """A command that says «seconds bytes employees» on its last line."""
    fastest = min(runs, key=lambda each: float(each.said.split()[-3]))
    seconds, size, employees = (float(word) for word in fastest.said.split()[-3:])
    return Line(
        what=what,
        mb=size / 1e6,
        employees=employees,
        seconds=seconds,
        peak_mb=max(each.peak_mb for each in runs),
    )


def end_to_end(data: Path, workers: int = 1) -> Callable[[], Run]:
    """`miroir run` on files where they stand, in a new workplace."""

    def action() -> Run:
        workplace = Path(mkdtemp(prefix="miroir-benchmark-"))
        try:
            return python(
                "-m", "benchmarks.whole", str(workplace), str(data), str(workers)
            )
        finally:
            shutil.rmtree(workplace)

    return action


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peer", help="a Python 3.12 where dsn-tools is installed")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    folder: Path = asked.folder
    one, many = folder / "one-01.dsn", folder / "many-01"
    sample = _sample(one, folder / "sample.dsn")
    small = sorted(str(path) for path in many.rglob("*.dsn"))
    database = folder / "ordinary.db"
    actions: dict[str, Callable[[], Run]] = {
        "parse and type, one file": lambda: python("-m", "benchmarks.parse", str(one)),
        "parse and type, small files": lambda: python(
            "-m", "benchmarks.parse", str(many)
        ),
        "plain Python loop": lambda: python("-m", "benchmarks.plain_loop", str(sample)),
        "end to end, one file": end_to_end(one),
        "end to end, small files": end_to_end(many),
        "end to end, small files, 2 workers": end_to_end(many, 2),
        "the ordinary way, end to end": lambda: _fresh(database, str(sample)),
    }
    runs: dict[str, list[Run]] = {name: [] for name in actions}
    wc: list[dict[str, float]] = []
    for _ in range(asked.rounds):
        wc.append(limits.speeds(one))
        for name, action in actions.items():
            runs[name].append(action())
    _write([timed(name, found) for name, found in runs.items()], wc)
    if asked.peer:
        path = Path(small[0])
        seconds = peers.seconds(asked.peer, path)
        speed = path.stat().st_size / 1e6 / seconds
        sys.stdout.write(f"dsn-tools: {speed:.3f} MB/s\n")


def _fresh(database: Path, sample: str) -> Run:
    database.unlink(missing_ok=True)
    return python("-m", "benchmarks.ordinary", str(database), sample)


def _sample(one: Path, sample: Path) -> Path:
    """The first employees of the huge company, cut between two of them."""
    with one.open("rb") as file:
        text = file.read(SAMPLE_MB * 1_000_000)
    cut = text.rfind(b"\nS21.G00.30.001,'") + 1
    sample.write_bytes(text[:cut])
    return sample


def _write(lines: Sequence[Line], limits_found: Sequence[dict[str, float]]) -> None:
    top = {name: max(each[name] for each in limits_found) for name in limits_found[0]}
    out = sys.stdout.write
    out("| what | MB/s | employees/s | peak MB | of `wc -l` |\n")
    out("| --- | --: | --: | --: | --: |\n")
    for name, speed in top.items():
        out(f"| {name} | {speed:,.0f} | | | {speed / top['wc -l']:.2f} |\n")
    for line in lines:
        out(line.row(top["wc -l"]) + "\n")
    speeds = {line.what: line.speed for line in lines}
    loop = speeds["parse and type, one file"] / speeds["plain Python loop"]
    ordinary = speeds["the ordinary way, end to end"]
    out(f"\nparse and type over the plain loop: {loop:.1f}\n")
    for name in ("end to end, one file", "end to end, small files"):
        out(f"{name} over the ordinary way: {speeds[name] / ordinary:.1f}\n")
    two = speeds["end to end, small files, 2 workers"]
    out(f"two workers over one: {two / speeds['end to end, small files']:.2f}\n")


if __name__ == "__main__":
    main()

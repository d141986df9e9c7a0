"""`miroir run` from the bytes of the files to the published month, as a command.

    python -m benchmarks.whole DIR/one-01.dsn DIR/one.json [--workers N] [--received]

`miroir init`, then `miroir run PATH --in-place`; with --received, the files are
received by a command before it, which is not counted. Refuses a month whose
employees and gaps are not those that the generator put there. Writes seconds,
bytes, employees, then the peak memory in megabytes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.generate import Truth
from benchmarks.population import YEAR
from benchmarks.process import Run, python

PERIOD = f"{YEAR}-01"
_TOLD = re.compile(
    rf"^{PERIOD}: (\d+) files, \d+ declarations, (\d+) employees .*?, (\d+) gaps,",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A month as a user gets it. `disk`: what is kept, in bytes, database and
    Parquet parts, received files left out; `reception`: of the command before,
    where there was one."""

    run: Run
    truth: Truth
    disk: int
    reception: Run | None = None


def january(truths: Path) -> Truth:
    """What the generator put in the first month."""
    return Truth(**json.loads(truths.read_text("utf-8"))[0])


def whole(
    data: Path, truth: Truth, options: Sequence[str] = (), *, received: bool = False
) -> Whole:
    """Work a month in a new workplace, which is removed; raises SystemExit.

    `options`: of `miroir run`, such as `--workers 2`; `received`: reception is
    a command of its own, before the one that is measured. Small files are then
    received as they are by default, copied one after the other into segments;
    a large one stays where it is.
    """
    with TemporaryDirectory(dir=data.parent, prefix="workplace-") as name:
        folder = Path(name)
        python("-m", "miroir", "init", name)
        command = ["-m", "miroir", "run", "--config", str(folder / "miroir.toml")]
        command += ["--period", PERIOD]
        paths = ["--in-place", str(data)]
        reception = None
        if received:
            given = [str(data)] if data.is_dir() else paths
            reception, paths = python(*command, "--prepare", *given), []
        run = python(*command, *options, *paths)
        _check(run.said, truth)
        kept = [*folder.glob("bulk/parts/**/*.parquet"), folder / "miroir.db"]
        disk = sum(path.stat().st_size for path in kept)
    return Whole(run=run, truth=truth, disk=disk, reception=reception)


def _check(said: str, truth: Truth) -> None:
    match = _TOLD.search(said)
    if match is None:
        raise SystemExit(f"nothing is told of {PERIOD}:\n{said}")
    found = tuple(int(each) for each in match.groups())
    if found != (truth.files, truth.employees, truth.gaps):
        raise SystemExit(
            f"{PERIOD}: {found[0]} files, {found[1]} employees and {found[2]} gaps"
            f" instead of {truth.files}, {truth.employees} and {truth.gaps}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole")
    parser.add_argument("data", type=Path, help="a file or a folder of DSN")
    parser.add_argument("truths", type=Path, help="one.json or many.json")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--received", action="store_true", help="before, not counted")
    asked = parser.parse_args()
    options = ("--workers", str(asked.workers))
    found = whole(asked.data, january(asked.truths), options, received=asked.received)
    kept = found.disk / found.truth.employees
    sys.stdout.write(
        f"{kept:.1f} bytes kept for each employee\n{found.run.wall:.3f}"
        f" {found.truth.bytes} {found.truth.employees} {found.run.own_mb:.0f}\n"
    )


if __name__ == "__main__":
    main()

"""Every figure of docs/performance.md, made by one command.

    python -m benchmarks.measure DIR [TABLE...] [--page docs/performance.md]

DIR holds what `python -m benchmarks.generate` makes; it is made where absent.
Tables: speed, recompute, growth, workers, analyse; all of them by default.
Tasks of a table take turns, round after round, and the fastest of each is kept:
a machine is seldom quiet. With --page, each table replaces the one that stands
between its marks in the page, with its date and its machine; without, it is
written on the standard output.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.analyse import analyse
from benchmarks.asked import Asked
from benchmarks.growth import growth, workers
from benchmarks.recompute import EMPLOYEES, recompute
from benchmarks.speed import speed

TABLES: Mapping[str, Callable[[Asked], str]] = {
    "speed": speed,
    "recompute": recompute,
    "growth": growth,
    "workers": workers,
    "analyse": analyse,
}
SIZES = "100,1000,10000"
QUIET = 0.5
"""A load average above it, before the measure, is the work of neighbours."""


def main() -> None:
    asked, tables, page = _asked()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name in tables:
        where = _machine()
        text = f"{where}\n\n{TABLES[name](asked)}"
        if page is None:
            sys.stdout.write(f"## {name}\n\n{text}\n")
        else:
            put(page, name, text)


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of a table; raises SystemExit."""
    start, end = f"<!-- measured: {name} -->\n", f"<!-- end of {name} -->"
    before, found, rest = page.read_text("utf-8").partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{page}: no marks «{start.strip()}» and «{end}»")
    page.write_text(f"{before}{start}{text}{end}{after}", "utf-8")


def _machine() -> str:
    load = os.getloadavg()[0]
    kept = "quiet" if load <= QUIET else f"neighbours at work, load average {load:.1f}"
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "duckdb"))
    return (
        f"{date.today():%d/%m/%Y}, {_processor()} × {os.cpu_count()},"
        f" {platform.system()}, Python {platform.python_version()}, {libraries};"
        f" {kept}."
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _asked() -> tuple[Asked, list[str], Path | None]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure")
    parser.add_argument("folder", type=Path)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=", ".join(TABLES))
    parser.add_argument("--page", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=1_000, help="of the one file")
    parser.add_argument("--files", type=int, default=20_000, help="of small companies")
    parser.add_argument("--sizes", default=SIZES, help="of growth, in megabytes")
    parser.add_argument(
        "--workers-files", type=int, default=100_000, help="shared by workers"
    )
    parser.add_argument("--employees", type=int, default=EMPLOYEES, help="recomputed")
    parser.add_argument("--dsn-tools", metavar="PYTHON", help="3.12, with dsn-tools")
    parser.add_argument("--openfisca", metavar="PYTHON", help="with openfisca-france")
    parser.add_argument("--dsn-parser", metavar="FOLDER", help="of node_modules")
    given = vars(parser.parse_args())
    page, tables = given.pop("page"), given.pop("tables") or list(TABLES)
    unknown = ", ".join(set(tables) - set(TABLES))
    if unknown:
        parser.error(f"no table {unknown}; there are {', '.join(TABLES)}")
    given["sizes"] = [int(size) for size in given["sizes"].split(",")]
    return Asked(**given), tables, page


if __name__ == "__main__":
    main()

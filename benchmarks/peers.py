"""Public readers of DSN that a package registry has, on a file they can read.

    python -m benchmarks.peers FILE [--dsn-tools PYTHON] [--dsn-parser FOLDER]

`dsn-tools` (PyPI) wants Python 3.12 and UTF-8, and keeps about 150 MB of memory
for each MB of DSN. `@fibre44/dsn-parser` (npm) takes lines that are split already
(they are here, within its time) and reads establishments, employees, contracts
and affiliations, neither bases nor contributions. Give them one small file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.lines import Line
from benchmarks.process import Run, run

DSN_TOOLS, DSN_PARSER = "dsn-tools 0.1.2 (PyPI)", "@fibre44/dsn-parser (npm)"
_TRIES = 3
_PYTHON = """
import os, sys, time
import dsn_tools
# It looks for its grammar in the current folder.
os.chdir(os.path.dirname(dsn_tools.__file__))
parser = dsn_tools.DSNParser()
started, began = time.perf_counter(), time.process_time()
parser.parse_file(sys.argv[1])
print(time.process_time() - began, time.perf_counter() - started)
"""
_NODE = """
const { readFileSync } = require('node:fs')
const { DsnParser } = require('@fibre44/dsn-parser')
const started = performance.now()
const began = process.cpuUsage()
const rows = readFileSync(process.argv[1], 'latin1').split('\\r\\n').map(line => {
  const comma = line.indexOf(',')
  return { id: line.slice(0, comma), value: line.slice(comma + 2, -1) }
})
const reader = new DsnParser(rows)
for (const what of ['establishment', 'employees', 'workContracts', 'mutualEmployee'])
  reader[what]
const used = process.cpuUsage(began)
console.log((used.user + used.system) / 1e6, (performance.now() - started) / 1000)
"""


def dsn_tools(interpreter: str, path: Path) -> Line:
    """What dsn-tools takes to parse a file, its start left out."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "utf8.dsn"
        text = path.read_bytes().decode("iso-8859-1")
        copy.write_text(text, encoding="utf-8", newline="")
        return _fastest(DSN_TOOLS, [interpreter, "-c", _PYTHON, str(copy)], path)


def dsn_parser(folder: str, path: Path) -> Line:
    """What dsn-parser takes, its start left out. `folder`: of node_modules."""
    modules = {"NODE_PATH": str(Path(folder) / "node_modules")}
    return _fastest(DSN_PARSER, ["node", "-e", _NODE, str(path)], path, modules)


def _fastest(
    what: str,
    command: Sequence[str],
    path: Path,
    environment: dict[str, str] | None = None,
) -> Line:
    runs = [run(command, environment=environment) for _ in range(_TRIES)]
    found = min(runs, key=_seconds)
    content = path.read_bytes()
    return Line(
        what=what,
        bytes=len(content),
        employees=content.count(b"\nS21.G00.30.001,"),
        seconds=_seconds(found),
        cpu=min(_seconds(run, 2) for run in runs),
        own_mb=found.own_mb,
        resident_mb=found.resident_mb,
    )


def _seconds(run: Run, word: int = 1) -> float:
    """The last word that was said, or one before it."""
    return float(run.said.split()[-word])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("file", type=Path)
    parser.add_argument("--dsn-tools", metavar="PYTHON")
    parser.add_argument("--dsn-parser", metavar="FOLDER")
    asked = parser.parse_args()
    found = []
    if asked.dsn_tools:
        found.append(dsn_tools(asked.dsn_tools, asked.file))
    if asked.dsn_parser:
        found.append(dsn_parser(asked.dsn_parser, asked.file))
    for line in found:
        sys.stdout.write(f"{line.what}: {line.speed:.3f} MB/s\n")


if __name__ == "__main__":
    main()

"""What the machine can do with the same bytes: copy them, count their lines.

    python -m benchmarks.limits FILE

Writes: MB/s of a memory copy, of numpy counting the newlines in memory, and of
`wc -l` on the file (warm), each the best of five.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.lines import Line

TRIES = 5
CHUNK = 1 << 21
HELD = 200_000_000
COPY, NEWLINES = "memory copy", "newlines counted by numpy"
WC, WC_MANY = "`wc -l`, one file", "`wc -l`, files"


def copied(path: Path) -> Line:
    """The beginning of a file, copied in memory."""
    text = np.fromfile(path, np.uint8, count=HELD)
    copy = np.empty_like(text)
    return _best(COPY, len(text), lambda: np.copyto(copy, text))


def counted(path: Path) -> Line:
    """The newlines at the beginning of a file, counted in memory."""
    text = np.fromfile(path, np.uint8, count=HELD)
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    return _best(
        NEWLINES,
        len(text),
        lambda: sum(int(np.count_nonzero(each == 10)) for each in chunks),
    )


def wc(path: Path) -> Line:
    """The newlines of the whole file, by the command."""
    size = path.stat().st_size
    return _best(WC, size, lambda: subprocess.check_output(["wc", "-l", path]))


def wc_files(folder: Path) -> Line:
    """The newlines of many small files, by one command that opens each."""
    paths = sorted(folder.rglob("*.dsn"))
    size = sum(path.stat().st_size for path in paths)
    names = b"\0".join(bytes(path) for path in paths)
    command = ["wc", "-l", "--files0-from=-"]
    return _best(WC_MANY, size, lambda: subprocess.check_output(command, input=names))


def _best(what: str, size: int, action: Callable[[], object]) -> Line:
    seconds, cpu = [], []
    for _ in range(TRIES):
        started, began = perf_counter(), _used()
        action()
        seconds.append(perf_counter() - started)
        cpu.append(max(_used() - began, 1e-6))
    return Line(
        what=what,
        bytes=size,
        employees=0,
        seconds=min(seconds),
        cpu=min(cpu),
        own_mb=0,
        resident_mb=0,
    )


def _used() -> float:
    """CPU seconds of this process and of those that it waited for."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    found = [resource.getrusage(each) for each in whose]
    return sum(each.ru_utime + each.ru_stime for each in found)


def main() -> None:
    for limit in (copied, counted, wc):
        line = limit(Path(sys.argv[1]))
        sys.stdout.write(f"{line.what}: {line.speed:,.0f} MB/s\n")


if __name__ == "__main__":
    main()

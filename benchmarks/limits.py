"""What the machine can do with the same bytes: copy them, count their lines.

    python -m benchmarks.limits FILE

Writes: MB/s of a memory copy, of numpy counting the newlines in memory, and of
`wc -l` on the file (warm), each the best of five.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

TRIES = 5
CHUNK = 1 << 21


def _best(action: Callable[[], object]) -> float:
    seconds = []
    for _ in range(TRIES):
        started = perf_counter()
        action()
        seconds.append(perf_counter() - started)
    return min(seconds)


def speeds(path: Path) -> dict[str, float]:
    """MB/s of each limit on one file."""
    size = path.stat().st_size / 1e6
    text = np.fromfile(path, np.uint8, count=min(path.stat().st_size, 200_000_000))
    copy = np.empty_like(text)
    held = len(text) / 1e6
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    return {
        "memory copy": held / _best(lambda: np.copyto(copy, text)),
        "newlines counted by numpy": held
        / _best(lambda: sum(int(np.count_nonzero(each == 10)) for each in chunks)),
        "wc -l": size / _best(lambda: subprocess.check_output(["wc", "-l", path])),
    }


def main() -> None:
    sys.stdout.write(json.dumps(speeds(Path(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    main()

"""The public reader of DSN that PyPI has, on a file that it can read.

    python -m benchmarks.peers PYTHON FILE

PYTHON is an interpreter (3.12 or later) where `dsn-tools` is installed. It
keeps about 150 MB of memory for each MB of DSN and wants UTF-8: give it one
small file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.process import best, run

_SCRIPT = """
import os, sys, time
import dsn_tools
# It looks for its grammar in the current folder.
os.chdir(os.path.dirname(dsn_tools.__file__))
parser = dsn_tools.DSNParser()
started = time.perf_counter()
parser.parse_file(sys.argv[1])
print(time.perf_counter() - started)
"""


def seconds(interpreter: str, path: Path) -> float:
    """Seconds that dsn-tools takes to parse a file, its start left out."""
    with TemporaryDirectory() as folder:
        text = path.read_bytes().decode("iso-8859-1")
        copy = Path(folder) / "utf8.dsn"
        copy.write_text(text, encoding="utf-8", newline="")
        runs = [run([interpreter, "-c", _SCRIPT, str(copy)]) for _ in range(2)]
    return float(best(runs).said.split()[-1])


def main() -> None:
    interpreter, path = sys.argv[1], Path(sys.argv[2])
    taken = seconds(interpreter, path)
    sys.stdout.write(f"{taken:.3f} {path.stat().st_size}\n")


if __name__ == "__main__":
    main()

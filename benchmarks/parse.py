"""Read and type with the columnar scanner alone, nothing kept.

    python -m benchmarks.parse PATH...

Writes seconds, CPU seconds, bytes and employees; `sure` must be every employee.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter, process_time

from miroir.declaration.columns.scan import Scan, prepare_process
from miroir.declaration.columns.tables import Piece


def main() -> None:
    prepare_process()
    pieces = [
        Piece(name=str(path), path=path, offset=0, length=path.stat().st_size)
        for each in map(Path, sys.argv[1:])
        for path in (sorted(each.rglob("*.dsn")) if each.is_dir() else [each])
    ]
    started, began, employees, odd = perf_counter(), process_time(), 0, 0
    scan = Scan(pieces)
    for batch in scan:
        employees += len(batch.odd)
        odd += int(batch.odd.sum())
    seconds, cpu = perf_counter() - started, process_time() - began
    size = sum(piece.length for piece in pieces)
    if scan.odd or odd:
        raise SystemExit(f"{len(scan.odd)} files and {odd} employees are not sure")
    sys.stdout.write(f"{seconds:.3f} {cpu:.3f} {size} {employees}\n")


if __name__ == "__main__":
    main()

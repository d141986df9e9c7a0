"""The plain way to read columns: a Python loop over lines, a dict of codes.

It types the same rubriques as the columnar scanner and checks nothing else:
what a careful script would do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time

from miroir.declaration.columns.tables import Kind
from miroir.declaration.columns.wanted import WANTED


def _cents(text: str) -> int:
    whole, _, rest = text.partition(".")
    cents = abs(int(whole)) * 100 + int(rest)
    return -cents if text.startswith("-") else cents


def _day(text: str) -> date:
    return date(int(text[4:]), int(text[2:4]), int(text[:2]))


_READ: dict[Kind, Callable[[str], object]] = {
    Kind.CENTS: _cents,
    Kind.QUANTITY: Decimal,
    Kind.DAY: _day,
    Kind.CODE: str,
    Kind.TEXT: str,
}


def read(path: Path) -> dict[str, list[object]]:
    """Every wanted rubrique of a file, as lists of values."""
    columns: dict[str, list[object]] = {code: [] for code in WANTED}
    readers = {code: _READ[kind] for code, kind in WANTED.items()}
    with path.open(encoding="iso-8859-1", newline="\n") as lines:
        for line in lines:
            code = line[:14]
            reader = readers.get(code)
            if reader is not None:
                columns[code].append(reader(line.rstrip("\r\n")[16:-1]))
    return columns


def main() -> None:
    path = Path(sys.argv[1])
    started, began = perf_counter(), process_time()
    columns = read(path)
    seconds, cpu = perf_counter() - started, process_time() - began
    employees = len(columns["S21.G00.30.001"])
    size = path.stat().st_size
    sys.stdout.write(f"{seconds:.3f} {cpu:.3f} {size} {employees}\n")


if __name__ == "__main__":
    main()

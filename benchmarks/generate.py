"""DSN files of any size: one huge company, or many small ones. Seeded.

    python -m benchmarks.generate one 1000 DIR      1,000 MB in one file
    python -m benchmarks.generate many 20000 DIR    20,000 files

Companies of the payroll simulator are copied under new numbers until the size
is reached: an NIR becomes a running number, the same in each month, a SIREN is
replaced wherever it stands. `truth.json` beside the files tells how many
employees and gaps there are to find, month by month.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random

from benchmarks.population import MonthFile, company, sizes

POOL = 900
"""Employees simulated for the huge company, and companies for the small ones:
enough for every habit and career; more are copies."""
_NIR = re.compile(rb"(?<=S21\.G00\.30\.001,')[0-9AB]{13}")


@dataclass(slots=True)
class Truth:
    """What there is to find in the files of one month."""

    month: str
    files: int = 0
    employees: int = 0
    gaps: int = 0
    bytes: int = 0


def one(megabytes: int, folder: Path, months: int = 1) -> list[Truth]:
    """One company in one file a month, of so many megabytes in January."""
    pool = company(1, POOL, months)
    ranks: dict[bytes, int] = {}
    for month in pool:
        for nir in month.employees:
            ranks.setdefault(nir, len(ranks))
    size = sum(map(len, pool[0].employees.values()))
    copies = max(round(megabytes * 1_000_000 / size), 1)
    return [
        _write_copies(folder / f"one-{number:02d}.dsn", month, ranks, copies)
        for number, month in enumerate(pool, start=1)
    ]


def _write_copies(
    path: Path, month: MonthFile, ranks: dict[bytes, int], copies: int
) -> Truth:
    block = b"".join(month.employees.values())
    lines = month.head.count(b"\n") + copies * block.count(b"\n") + 2
    with path.open("wb") as out:
        out.write(month.head)
        for copy in range(copies):
            base = copy * len(ranks)
            out.write(
                _NIR.sub(lambda found: _number(base + ranks[found[0]]), block)  # noqa: B023
            )
        out.write(b"S90.G00.90.001,'%d'\r\nS90.G00.90.002,'1'\r\n" % lines)
    return Truth(
        month=path.stem,
        files=1,
        employees=copies * len(month.employees),
        gaps=copies * month.gaps,
        bytes=path.stat().st_size,
    )


def _number(rank: int) -> bytes:
    """A NIR of somebody born abroad, in a country that does not exist."""
    return b"1%02d%02d99%06d" % (rank // 10**8 % 100, rank // 10**6 % 100, rank % 10**6)


def many(files: int, folder: Path, months: int = 1) -> list[Truth]:
    """So many companies, one file each a month."""
    count = min(POOL, files)
    pool = [company(seed, size, months) for seed, size in enumerate(_sizes(count), 2)]
    truths = [Truth(f"many-{month:02d}") for month in range(1, months + 1)]
    for rank, made in enumerate(islice(cycle(pool), files)):
        siren = b"9%08d" % rank
        for truth, month in zip(truths, made, strict=True):
            whole = whole_file(month).replace(month.siren.encode(), siren)
            path = folder / truth.month / f"{rank // 1000:04d}" / f"{rank:07d}.dsn"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(whole)
            truth.files += 1
            truth.employees += len(month.employees)
            truth.gaps += month.gaps
            truth.bytes += len(whole)
    return truths


def _sizes(count: int) -> Sequence[int]:
    return sizes(Random(count), count)


def whole_file(month: MonthFile) -> bytes:
    """The bytes of a month, its last lines made again."""
    body = month.head + b"".join(month.employees.values())
    lines = body.count(b"\n") + 2
    return body + b"S90.G00.90.001,'%d'\r\nS90.G00.90.002,'1'\r\n" % lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate")
    parser.add_argument("shape", choices=("one", "many"))
    parser.add_argument("size", type=int, help="megabytes (one) or files (many)")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--months", type=int, default=1)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    make = one if asked.shape == "one" else many
    truths = [asdict(each) for each in make(asked.size, asked.folder, asked.months)]
    text = json.dumps(truths, indent=1)
    (asked.folder / f"{asked.shape}.json").write_text(text, encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()

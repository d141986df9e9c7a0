"""Recomputation alone: a year of many employees, beside Decimal and OpenFisca.

    python -m benchmarks.recompute [--employees 1000000] [--openfisca PYTHON]

Three computations of what is due to Agirc-Arrco and Apec, T1 to Apec, month
after month, on the same employees drawn by seed:

- the columns of `miroir run`, every month of the year regularised;
- Decimal, one employee after the other, as `miroir analyse` computes;
- OpenFisca-France, vectorised, which neither regularises nor counts calendar
  days: PYTHON is an interpreter where `openfisca-france` is installed.

`--claims` adds the general reduction of whoever earns less than three SMICs.
CPU seconds of the computation alone are counted: all three use one core, and
their inputs are made before. Writes employee-months a second.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from miroir.declaration.columns.scan import prepare_process
from miroir.declaration.reader import read_dsn
from miroir.recomputation.bulk.month import month_due, nothing_before
from miroir.recomputation.bulk.rows import MonthRows
from miroir.recomputation.bulk.tariffs import tariffs_of
from miroir.recomputation.company import mirror
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

from benchmarks.asked import Asked
from benchmarks.generate import whole_file
from benchmarks.lines import number, table
from benchmarks.population import YEAR, company
from benchmarks.process import run
from benchmarks.workforce import blocks

EMPLOYEES = 1_000_000
IN_DECIMAL = 300
"""Employees of the Decimal year: it is slow."""
IN_OPENFISCA = 200_000
"""Employees of one month there: it takes about 1 kB for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one computation did, in CPU seconds."""

    months: int
    seconds: float

    @property
    def rate(self) -> float:
        """Employee-months a second."""
        return self.months / self.seconds


def columns(employees: int, *, claims: bool) -> Speed:
    """The year of so many employees as `miroir run` computes it."""
    prepare_process()
    tariffs = [tariffs_of([], Month(YEAR, rank).first) for rank in range(1, 13)]
    months, seconds = 0, 0.0
    for block in blocks(employees, YEAR, claims=claims):
        before = None
        for rows, rates in zip(block, tariffs, strict=True):
            standard = np.zeros(len(rows), np.int64)
            if before is None:
                before = nothing_before(len(rows))
            started = process_time()
            _, before = month_due(rows, before, rates, standard, rates.month)
            seconds += process_time() - started
            months += int(np.count_nonzero(rows.days))
    return Speed(months=months, seconds=seconds)


def decimals(employees: int) -> Speed:
    """The year of simulated payslips as `miroir analyse` computes it."""
    readings = [
        read_dsn(ReceivedFile.of(f"{number}.dsn", whole_file(month)))
        for number, month in enumerate(company(1, employees, 12))
    ]
    declarations = [each for reading in readings for each in reading.declarations]
    started = process_time()
    lines = mirror(declarations, ())
    return Speed(months=len(lines), seconds=process_time() - started)


def beside(interpreter: str, employees: int, *, claims: bool) -> Speed:
    """January of the employees by OpenFisca, its start and inputs left out."""
    parts = [next(each) for each in blocks(employees, YEAR, claims=claims)]
    rows = MonthRows.joined(parts)
    full = rows.take((rows.days == 31 * 10_000) & (rows.worked == rows.reference))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pay.npz"
        np.savez(path, gross=full.gross / 100, cadre=full.status == 1)
        script = Path(__file__).with_name("openfisca_month.py")
        wanted = [str(script), str(path), str(int(claims))]
        said = run([interpreter, "-P", *wanted]).said
    found = json.loads(said.splitlines()[-1])
    _compare(full, found["cents"])
    return Speed(months=len(full), seconds=found["seconds"])


def _compare(full: MonthRows, cents: int) -> None:
    """Both must have computed the same thing: full months alone, in January,
    where nothing is to regularise. Raises SystemExit beyond a cent each."""
    rates = tariffs_of([], Month(YEAR, 1).first)
    standard = np.zeros(len(full), np.int64)
    due, _ = month_due(full, nothing_before(len(full)), rates, standard, rates.month)
    apart = abs(int(due.due_131.sum() + due.exempted.sum() + due.due_132.sum()) - cents)
    if apart > len(full):
        raise SystemExit(f"OpenFisca is {apart} cents away on {len(full)} employees")


def recompute(asked: Asked) -> str:
    """Contributions alone, then with the general reduction."""
    in_decimal = _best(asked, lambda: decimals(IN_DECIMAL)).rate
    rows = [("Decimal, employee by employee", number(in_decimal), "", "", "")]
    for claims, what in ((False, "contributions"), (True, "and the reduction")):
        rate = _best(asked, partial(columns, asked.employees, claims=claims)).rate
        name = f"columns of `miroir run`, {what}"
        if asked.openfisca is None:
            rows.append((name, number(rate), number(rate / in_decimal), "", ""))
            continue
        count = min(asked.employees, IN_OPENFISCA)
        theirs = partial(beside, asked.openfisca, count, claims=claims)
        other = _best(asked, theirs).rate
        rows.append((f"OpenFisca-France, {what}", number(other), "", "", ""))
        over = (number(rate / in_decimal), number(rate / other))
        rows.append((name, number(rate), *over, "" if claims else "60"))
    heads = ("what", "employee-months/s", "over Decimal", "over OpenFisca", "goal")
    return table(heads, rows)


def _best(asked: Asked, task: Callable[[], Speed]) -> Speed:
    return max((task() for _ in range(asked.rounds)), key=lambda speed: speed.rate)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recompute")
    parser.add_argument("--employees", type=int, default=EMPLOYEES)
    parser.add_argument("--claims", action="store_true")
    parser.add_argument("--openfisca", metavar="PYTHON")
    asked = parser.parse_args()
    found = columns(asked.employees, claims=asked.claims)
    sys.stdout.write(f"columns: {found.rate:,.0f}\n")
    sys.stdout.write(f"Decimal: {decimals(IN_DECIMAL).rate:,.0f}\n")
    if asked.openfisca:
        count = min(asked.employees, IN_OPENFISCA)
        other = beside(asked.openfisca, count, claims=asked.claims)
        sys.stdout.write(f"OpenFisca: {other.rate:,.0f}\n")


if __name__ == "__main__":
    main()

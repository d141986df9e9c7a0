"""A million employee-years by the bulk rules and in Decimal: none may differ.

    tox -e million                          every year from 2019, two processes
    tox -e million -- --years 50000 --processes 1

Ends with 1 when a month differs; each difference is written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import click
import numpy as np
from miroir import parameters

from tests.recomputation.bulk.comparison import from_decimal
from tests.recomputation.bulk.population import population

CHUNK = 5_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """What one chunk gave."""

    year: int
    employees: int
    months: int
    differences: tuple[str, ...]


def compared(seed: int) -> Compared:
    """One chunk: the seed says which year and which employees."""
    years = parameters.horizon().year - parameters.first_day().year + 1
    year = parameters.first_day().year + seed % years
    people = population(seed, CHUNK, year)
    months = sum(int(present.sum()) for present in people.present)
    employed = int(np.logical_or.reduce(people.present).sum())
    differences = tuple(f"seed {seed}, {each}" for each in from_decimal(people))
    return Compared(year, employed, months, differences)


def _chunks(years: int, first: int, processes: int) -> Iterator[Compared]:
    """Chunks until so many employee-years are compared."""
    done, seed = 0, first
    with ProcessPoolExecutor(processes) as pool:
        while done < years:
            for chunk in pool.map(compared, range(seed, seed + 4 * processes)):
                done += chunk.employees
                yield chunk
            seed += 4 * processes


@click.command()
@click.option("--years", default=1_000_000, help="Employee-years to compare.")
@click.option("--first", default=0, help="The first seed; another draws others.")
@click.option("--processes", default=2, help="How many at a time.")
@click.option("--seconds", default=0, help="Stop after so long; 0: never.")
def main(years: int, first: int, processes: int, seconds: int) -> None:
    """Compare the bulk rules with the Decimal year on random employee-years."""
    start, employees, months, different = time.monotonic(), 0, 0, 0
    for chunk in _chunks(years, first, processes):
        employees, months = employees + chunk.employees, months + chunk.months
        different += len(chunk.differences)
        for each in chunk.differences[:SHOWN]:
            click.echo(each, err=True)
        elapsed = time.monotonic() - start
        click.echo(
            f"{chunk.year}: {employees:,} employee-years, {months:,} months,"
            f" {different} differ, {elapsed:.0f} s"
        )
        if seconds and elapsed > seconds:
            break
    click.echo(f"{employees:,} employee-years compared, {different} months differ")
    raise SystemExit(1 if different else 0)


if __name__ == "__main__":
    main()

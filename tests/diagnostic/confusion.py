"""How often the diagnosis is right: companies with known errors, analysed.

    python -m tests.diagnostic.confusion --seeds 5 --write docs/diagnosis.md

makes companies of 5 to 60 employees with every error alone, every two errors
together, the legitimate situations and no error at all, and writes what was
found. The simulator shares no rule with what is measured. The same seeds give
the same companies.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from random import Random

from miroir.cli.analyse import campaign_from, conditions_from
from miroir.diagnostic import builtin
from miroir.diagnostic.catalogue import by_id
from miroir.diagnostic.ranking import BACKGROUND
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.plugins.provider import Provided, Provider
from miroir.testing.payroll import (
    EVERY_CAUSE,
    Delivery,
    SimulatedCompany,
    make_mixture,
)
from miroir.types.diagnosis import CompanyAnalysis, Diagnostic, Status
from miroir.types.source import ReceivedFile

from tests.diagnostic.matrix import ERRORS, LEGITIMATE, UNKNOWN, Causes, Result, report

NO_CAMPAIGN = b"siren;siret;periode\n"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def built_in() -> Sequence[Provided[Diagnostic]]:
    """The diagnostics of Miroir alone, whatever plugins are installed."""
    miroir = Provider(name="known-causes", distribution="miroir", version="")
    return [Provided(each, miroir) for each in builtin.miroir_diagnostics()]


def analysed(made: SimulatedCompany, plugins: PluginManager) -> CompanyAnalysis:
    """The analysis of one simulated company with its adhesion conditions."""
    adhesions = ReceivedFile.of("adhesions.csv", made.adhesions_csv)
    conditions, refused = conditions_from(adhesions, plugins)
    assert refused == ()
    lines, refused = campaign_from(
        ReceivedFile.of("campagne.csv", made.campaign_csv or NO_CAMPAIGN), plugins
    )
    assert refused == ()
    knowledge = Knowledge(diagnostics=built_in(), conditions=conditions, campaign=lines)
    files = [ReceivedFile.of(name, content) for name, content in made.files]
    (company,) = analyse(files, knowledge).companies
    assert company.failures == ()
    return company


def result(made: SimulatedCompany, plugins: PluginManager) -> Result:
    diagnoses = analysed(made, plugins).diagnoses
    return Result(
        causes=made.causes,
        found=tuple(
            each.cause.id
            for each in diagnoses
            if each.finding.status is not Status.LEGITIMATE
            and each.cause.id not in BACKGROUND
        ),
        named=frozenset(each.cause.id for each in diagnoses),
    )


def company(seed: int, causes: Causes) -> SimulatedCompany | None:
    """A company of 5 to 60 employees; None where the errors cannot show.

    A quarter lack the first months of the year, a quarter have two
    establishments, a few are of 2025.
    """
    random = Random(f"{seed}/{causes}")
    employees = random.choice((5, 7, 9, 12, 15, 20, 30, 45, 60))
    needed = sum(len(EVERY_CAUSE[cause].careers) for cause in causes)
    months = random.randrange(4, 11)
    begins = random.choice((1, 1, 1, 2)) if not causes else 1
    places = random.choice((1, 1, 1, 2)) if employees > 12 else 1
    try:
        return make_mixture(
            seed,
            random.choice((2026, 2026, 2026, 2026, 2025)),
            months,
            max(employees, needed + 2),
            causes,
            establishments=places,
            delivery=Delivery(missing=frozenset(range(1, begins))),
        )
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Extent:
    """How many pairs: `pairs` drawn for each seed, or all of them, shared out
    among the seeds unless `whole`: then each under every seed."""

    seeds: int
    pairs: int | None = None
    whole: bool = False

    def __str__(self) -> str:
        """The options that ask for it."""
        asked = [f"--seeds {self.seeds}"]
        asked += [f"--pairs {self.pairs}"] if self.pairs is not None else []
        return f"`{' '.join([*asked, *(['--whole'] if self.whole else [])])}`"


def wanted(extent: Extent, seed: int) -> Iterator[Causes]:
    """Every error alone, legitimate situations, none, and the pairs of a seed."""
    yield from ((name,) for name in (*ERRORS, *LEGITIMATE, *UNKNOWN))
    yield from [()] * 8
    couples = list(combinations(ERRORS, 2))
    couples += [(legitimate, error) for legitimate in LEGITIMATE for error in ERRORS]
    if extent.pairs is not None:
        couples = Random(seed).sample(couples, min(extent.pairs, len(couples)))
    elif not extent.whole:
        couples = Random(0).sample(couples, len(couples))[
            seed % extent.seeds :: extent.seeds
        ]
    yield from couples


def tasks(seeds: Sequence[int], extent: Extent) -> Iterator[tuple[int, Causes]]:
    """The seed of each company, and its errors."""
    for seed in seeds:
        for rank, causes in enumerate(wanted(extent, seed)):
            yield seed * 10_000 + rank, causes


@cache
def loaded() -> PluginManager:
    return PluginManager.load()


def measured(task: tuple[int, Causes]) -> Result | None:
    """None where the errors cannot show."""
    made = company(*task)
    return None if made is None else result(made, loaded())


def sweep(seeds: Sequence[int], extent: Extent, workers: int = 1) -> Iterator[Result]:
    """The result of every company that can be made."""
    every = tasks(seeds, extent)
    if workers == 1:
        yield from filter(None, map(measured, every))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from filter(None, pool.map(measured, every, chunksize=20))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=1, help="how many times")
    parser.add_argument("--pairs", type=int, help="pairs drawn for each seed")
    parser.add_argument("--whole", action="store_true", help="all pairs, every seed")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--write", type=Path, help="the page to write it in")
    given = parser.parse_args()
    assert set(ERRORS) <= by_id().keys()
    extent = Extent(given.seeds, given.pairs, given.whole)
    results = list(sweep(range(1, given.seeds + 1), extent, given.workers))
    text = f"{extent}: {len(results)} companies.\n\n{report(results)}"
    if given.write is None:
        print(text)  # noqa: T201
        return
    page = given.write.read_text("utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    given.write.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()

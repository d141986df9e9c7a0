"""The misdeeds many times over: `python -m tests.isolation.misbehaviours`.

Writes one line per place and mode: how many cells, how many were not as they
should be, and within what time the good plugin answered in 95 of 100 calls,
alone and beside the bad one. Exit code 1 when anything was not.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from time import monotonic

from tests.isolation.asked import MODES, PLACES, wrong
from tests.isolation.misdeeds import MISDEEDS
from tests.isolation.plugins import WELL


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--places", nargs="*", default=list(PLACES))
    parser.add_argument("--modes", nargs="*", default=list(MODES))
    asked = parser.parse_args(arguments)
    logging.disable()
    bad = 0
    print("| place | mode | cells | wrong | p95 alone, ms | p95 beside, ms | minutes |")  # noqa: T201
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)  # noqa: T201
    for where in asked.places:
        for mode in asked.modes:
            bad += _measure(where, mode, asked.times)
    return 1 if bad else 0


def _measure(where: str, mode: str, times: int) -> int:
    place = PLACES[where](mode)
    begun = monotonic()
    without = place.ask(WELL)
    alone, beside, faults = [], [], []
    for misdeed in list(MISDEEDS) * times:
        # One after the other, so that both meet the same machine.
        alone.append(place.ask(WELL).seconds)
        seen = place.ask(misdeed)
        beside.append(seen.seconds)
        faults += [
            f"{misdeed}: {each}" for each in wrong(where, misdeed, seen, without)
        ]
    place.close()
    minutes = (monotonic() - begun) / 60
    figures = (len(beside), len(faults), *map(_p95, (alone, beside)), f"{minutes:.1f}")
    print(f"| {where} | {mode} | {' | '.join(map(str, figures))} |", flush=True)  # noqa: T201
    for fault in faults[:20]:
        print(f"  {fault}", flush=True)  # noqa: T201
    return len(faults)


def _p95(seconds: Sequence[float]) -> str:
    return f"{sorted(seconds)[int(len(seconds) * 0.95)] * 1000:.1f}"


if __name__ == "__main__":
    sys.exit(main())

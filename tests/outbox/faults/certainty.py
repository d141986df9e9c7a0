"""The whole of the fault harness: `python -m tests.outbox.faults.certainty`.

Prints figures; exit code 1 when anything is not as it must be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.outbox.double.running import running
from tests.outbox.faults.bugs import BUGS, caught_by
from tests.outbox.faults.site import site
from tests.outbox.faults.sweep import Figures, Sweep, named_points
from tests.store.postgresql import find_binaries, server


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", default="sqlite,postgresql")
    parser.add_argument("--classes", default="ABCD")
    parser.add_argument("--points", type=int, default=1, help="one in so many; 0: none")
    parser.add_argument("--turn", type=int, default=0, help="which of so many")
    parser.add_argument(
        "--lines", type=int, default=0, help="kills per store and class"
    )
    parser.add_argument("--everywhere", action="store_true", help="library lines too")
    parser.add_argument("--bugs", action="store_true", help="plant every bug, too")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    stores = options.stores.split(",")
    points, lines = Figures(), Figures()
    with _address(stores) as address:
        for store in stores:
            for delivery in options.classes:
                with running() as double, site(store, double.port, address) as place:
                    if options.points:
                        chosen = named_points()[options.turn :: options.points]
                        Sweep(place, store, delivery, points).at_points(chosen)
                    if options.lines:
                        sweep = Sweep(place, store, delivery, lines)
                        sweep.at_lines(
                            options.lines, options.seed, everywhere=options.everywhere
                        )
                _say(f"{store} {delivery}: points so far: {points}")
                if options.lines:
                    _say(f"{store} {delivery}: lines so far: {lines}")
    missed = set(named_points()) - points.reached
    if options.points == 1 and set(options.classes) == set("ABCD"):
        _say(f"points never reached: {', '.join(sorted(missed)) or 'none'}")
    else:
        missed = set()
    for each in (*points.wrong, *lines.wrong):
        _say(f"WRONG {each}")
    free = _planted() if options.bugs else 0
    return 1 if points.wrong or lines.wrong or missed or free else 0


@contextmanager
def _address(stores: Sequence[str]) -> Iterator[str]:
    if "postgresql" not in stores:
        yield ""
        return
    binaries = find_binaries()
    assert binaries is not None, "no PostgreSQL server is installed"
    with server(binaries) as address:
        yield address


def _planted() -> int:
    """Plant every bug; how many no probe caught."""
    caught = 0
    for name in BUGS:
        probe = caught_by(name)
        caught += bool(probe)
        _say(f"{name}: {f'caught by {probe}' if probe else 'NOT CAUGHT'}")
    _say(f"{caught} of {len(BUGS)} planted bugs caught")
    return len(BUGS) - caught


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())

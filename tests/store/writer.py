"""A process that writes to a store, to be run beside others and killed.

Usage: writer.py URL KEYFILE SIREN RUNS LINES [hold]

With `hold` it stops inside its last transaction, before the commit.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from miroir.privacy import load_keys
from miroir.store import Store
from miroir.types.identity import PersonNumber

from tests.store.samples import NOW, analysis, diagnosis, line


def main(url: str, key_file: str, siren: str, runs: str, lines: str, *hold: str) -> int:
    company = analysis(
        *(line(PersonNumber(f"1850578{n:06}")) for n in range(int(lines))),
        diagnoses=(diagnosis(),),
        siren=siren,
    )
    with Store.open(url, load_keys(Path(key_file))) as store:
        for rank in range(1, int(runs) + 1):
            with store.write() as tables:
                tables.results.save_run(company, "sync", NOW)
                say("written")
                if hold and rank == int(runs):
                    say("holding")
                    time.sleep(60)
            say("committed")
    return 0


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

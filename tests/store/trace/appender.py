"""A program that adds lines to a journal: address, key file, name, how many."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from miroir.privacy import load_keys
from miroir.store import Store
from miroir.trace.entry import Entry


def main(url: str, key_file: str, name: str, count: str) -> None:
    with Store.open(url, load_keys(Path(key_file))) as store:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for rank in range(int(count)):
            with store.write() as tables:
                for act in ("mail.sent", "mail.archived"):
                    told = Entry(act=act, actor=name, facts={"rank": rank})
                    tables.journal.append(told)
            # Who waits for SQLite looks now and then: leave it a moment to see.
            time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])

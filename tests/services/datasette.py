"""A real REST server: Datasette, on a table of campaign lines."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from miroir_connectors.testing.services.required import free_port, wait_for


@contextmanager
def datasette(rows: Sequence[tuple[int, str, str, float]]) -> Iterator[str]:
    """Start a server; gives the address of its table."""
    with tempfile.TemporaryDirectory(prefix="miroir-datasette-") as name:
        path = Path(name) / "outil.db"
        with closing(sqlite3.connect(path)) as base, base:
            base.execute(
                "CREATE TABLE lignes (id INTEGER PRIMARY KEY, siren TEXT, mois TEXT, "
                "declare REAL)"
            )
            base.executemany("INSERT INTO lignes VALUES (?, ?, ?, ?)", rows)
        port = free_port()
        command = [sys.executable, "-m", "datasette", "serve", str(path)]
        with subprocess.Popen(
            [*command, "-h", "127.0.0.1", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                wait_for(port, lambda: process.poll() is None, seconds=60)
                yield f"http://127.0.0.1:{port}/outil/lignes.json"
            finally:
                process.terminate()

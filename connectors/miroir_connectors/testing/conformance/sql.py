"""The contract of queries, on SQLite; the silent database is one of PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from miroir import Secret
from miroir.testing.conformance import SourceContract

from miroir_connectors.testing.conformance.tables import RECORDED, SIREN


class TestSql(SourceContract):
    connector = "sql"
    files = 1
    recorded = RECORDED

    def settings(self, folder: Path) -> Mapping[str, object]:
        base = folder / "rows.db"
        with closing(sqlite3.connect(base)) as opened, opened:
            opened.execute("CREATE TABLE IF NOT EXISTS t (id INTEGER, siren TEXT)")
            opened.execute("INSERT INTO t VALUES (1, ?), (2, '1')", (SIREN,))
        return self._at(f"sqlite:///{base}")

    def more(self, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "rows.db")) as opened, opened:
            opened.execute("INSERT INTO t VALUES (3, ?)", (SIREN,))

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return self._at(f"sqlite:///{folder / 'absent' / 'rows.db'}")

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        pytest.importorskip("psycopg", reason="install 'miroir[postgresql]'")
        address = f"postgresql+psycopg://miroir:secret@{host}:{port}/rows"
        return {**self._at(address), "timeout_seconds": 1}

    def _at(self, url: str) -> Mapping[str, object]:
        return {
            "kind": "campaign",
            "url": Secret(url),
            "query": "SELECT id, siren FROM t WHERE id > :cursor",
            "cursor_column": "id",
            "cursor_start": "0",
            "cursor_type": "integer",
        }

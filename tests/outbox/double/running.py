"""Starting the double, and asking it what it did."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


class Double:
    """The double of a remote system, seen from the test."""

    def __init__(self, port: int) -> None:
        self.port = port

    def set(self, **values: object) -> None:
        """How it behaves from now on: the fields of `Remote`."""
        self._ask("POST", "/control", values)

    def done(self) -> Mapping[str, int]:
        """How many effects each intent had, by its key."""
        found = self._ask("GET", "/ledger")["done"]
        assert isinstance(found, dict)
        return found

    def done_of(self, key: str) -> int:
        """How many effects one intent had, once none is still to come."""
        while True:
            found = self._ask("GET", f"/order?ref={key}")
            if not found["coming"]:
                return len(found["order"])
            time.sleep(0.02)

    def order(self, *keys: str) -> Sequence[str]:
        """The effects of these intents, in the order they were had."""
        asked = "&".join(f"ref={key}" for key in keys)
        found = self._ask("GET", f"/order?{asked}")["order"]
        assert isinstance(found, list)
        return found

    def calls(self) -> Mapping[str, int]:
        """How many sendings met each cruelty, and how many searches."""
        found = self._ask("GET", "/ledger")["calls"]
        assert isinstance(found, dict)
        return found

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body))
            found: dict[str, Any] = json.loads(connection.getresponse().read())
            return found
        finally:
            connection.close()


@contextmanager
def running() -> Iterator[Double]:
    """A double in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.outbox.double.server"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        yield Double(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()

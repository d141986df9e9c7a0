"""The contract of what leaves by mail, on a double of an SMTP server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from miroir.testing.conformance import DestinationContract

from miroir_connectors.testing.conformance.tables import RECORDED
from miroir_connectors.testing.doubles.smtp import Double, double


@pytest.fixture(scope="session")
def mail_double() -> Iterator[Double]:
    with double() as server:
        yield server


class MailContract(DestinationContract):
    recorded = RECORDED
    counterpart = None
    server: ClassVar[Double]
    extra: ClassVar[Mapping[str, object]] = {}

    @pytest.fixture(autouse=True)
    def _server(self, mail_double: Double) -> None:
        type(self).server = mail_double

    def settings(self, folder: Path) -> Mapping[str, object]:
        self.server.go_wrong("none", "none")
        return self._at("127.0.0.1", self.server.port)

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return self._at("127.0.0.1", 1)

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return self._at(host, port)

    def effects(self, folder: Path) -> int:
        return self.server.taken()

    def _at(self, host: str, port: int) -> Mapping[str, object]:
        return {
            "host": host,
            "port": port,
            "security": "none",
            "sender": "gps@example.org",
            "step_s": 1.0,
            "deadline_s": 2.5,
            **self.extra,
        }

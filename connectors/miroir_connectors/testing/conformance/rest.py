"""The contract of lists over REST, on a double that pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from miroir.testing.conformance import SourceContract
from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.conformance.tables import RECORDED, SIREN

__all__ = ["TestRest", "doubles"]


class TestRest(SourceContract):
    connector = "rest"
    files = 1
    recorded = RECORDED
    double: ClassVar[Running]

    @pytest.fixture(autouse=True)
    def _double(self, doubles: Callable[[str], Running]) -> None:
        double = doubles("miroir_connectors.testing.doubles.listing:Listing")
        double.prepare("items", [{"siren": SIREN}, {"siren": "1"}])
        type(self).double = double

    def settings(self, folder: Path) -> Mapping[str, object]:
        return self._at(f"{self.double.base}/page")

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return self._at(f"{self.double.base}/key/page")  # which asks for a key

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return self._at(f"https://{host}:{port}/page")

    def _at(self, url: str) -> Mapping[str, object]:
        return {
            "kind": "campaign",
            "url": url,
            "records": "/data",
            "paging": "page",
            "ca_file": self.double.certificates.authority,
            "timeout_seconds": 1,
        }

"""The contract of what writes over HTTP, to a double in a process of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest
from miroir.testing.conformance import DestinationContract
from miroir.testing.counterpart import Certificates, Running, running

from miroir_connectors.testing.conformance.tables import RECORDED


@pytest.fixture(scope="session")
def doubles(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Running]]:
    """Start a double when it is first asked for."""
    certificates = Certificates.make(tmp_path_factory.mktemp("certificates"))
    with ExitStack() as stack:

        @cache
        def start(name: str) -> Running:
            return stack.enter_context(running(name, certificates))

        yield start


class DoubleContract(DestinationContract):
    """`facing` says how the double is reached; one serves all the tests."""

    recorded = RECORDED
    counterpart: ClassVar[str]
    double: ClassVar[Running]

    @pytest.fixture(autouse=True)
    def _double(self, doubles: Callable[[str], Running]) -> None:
        type(self).double = doubles(self.counterpart)

    @abstractmethod
    def stranger(self) -> Mapping[str, object]:
        """The keys of somebody whom the double does not know."""

    def settings(self, folder: Path) -> Mapping[str, object]:
        self.double.disarm()
        self.double.clear()
        self.double.forget_keys()
        self.double.lag(0)
        return self.facing(self.double, folder)

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), **self.stranger()}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "url": f"https://{host}:{port}"}

    def effects(self, folder: Path) -> int:
        return len(self.double.records())

"""The doubles of the CRMs, each in its process, started when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from miroir.testing.counterpart import Certificates, Running, running

from tests.connectors.crm.crms import Kind

Doubles = Callable[[Kind], Running]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def doubles(certificates: Certificates) -> Iterator[Doubles]:
    started: dict[str, Running] = {}
    with ExitStack() as stack:

        def double(kind: Kind) -> Running:
            if kind.double not in started:
                opened = running(kind.double, certificates)
                started[kind.double] = stack.enter_context(opened)
            one = started[kind.double]
            one.disarm()
            one.clear()
            one.forget_keys()
            one.lag(0)
            return one

        yield double

"""Every probe passes on Miroir as it is; they look at what planted bugs break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outbox.double.running import Double
from tests.outbox.faults.probes import PROBES
from tests.outbox.faults.site import Site, site


@pytest.fixture(scope="module")
def place(shared_double: Double) -> Iterator[Site]:
    with site("sqlite", shared_double.port) as made:
        yield made


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe(probe: str, place: Site, double: Double) -> None:
    PROBES[probe](place)

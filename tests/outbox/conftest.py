from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outbox.double.running import Double, running
from tests.store.conftest import keys, postgresql, store, url

__all__ = ["keys", "postgresql", "store", "url"]


@pytest.fixture(scope="session")
def shared_double() -> Iterator[Double]:
    with running() as double:
        yield double


@pytest.fixture
def double(shared_double: Double) -> Double:
    """The double, kind again."""
    shared_double.set(
        every="ok",
        plan=[],
        late_seconds=0.05,
        hang_seconds=30.0,
        lag_seconds=0.0,
        forgets_keys=False,
        takes_keys=True,
    )
    return shared_double

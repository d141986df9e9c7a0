"""Places for the schedule, on a real SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.schedule.places import SchedulePlace
from tests.plugins.distributions import site
from tests.store.conftest import postgresql, url

__all__ = ["postgresql", "site", "url"]


@pytest.fixture
def fleet(tmp_path: Path, url: str) -> Iterator[SchedulePlace]:
    made = SchedulePlace(tmp_path / "place", url)
    yield made
    made.end()

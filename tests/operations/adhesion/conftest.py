"""A workplace whose management tool is a registry, on both kinds of store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace, opened
from miroir.privacy import create_key_file
from miroir.store.adhesion_plans.plans import StoredPlan

from tests.operations.adhesion.companies import (
    REGISTRY,
    SIREN,
    Clock,
    company,
    deliver,
    second,
)
from tests.store.conftest import postgresql, url
from tests.store.ready import make_ready

__all__ = ["postgresql", "url"]

CONFIGURATION = """
[store]
url = "{url}"

[outbox]
isolation = "none"

[sources.depot]
connector = "dsn-folder"
folder = "depot"
stable_seconds = 0

[destinations.outil]
connector = "adhesion-registry"
path = "registre.csv"
"""


class Place:
    """A folder with a configuration, a registry, a drop of DSN files."""

    def __init__(self, folder: Path, url: str) -> None:
        self.config = folder / "miroir.toml"
        self.config.write_text(CONFIGURATION.format(url=url))
        self.registry = folder / "registre.csv"
        self.registry.write_text(REGISTRY)
        self.drop = folder / "depot"
        self.drop.mkdir()
        deliver(self.drop, company(), "a")
        deliver(self.drop, second(), "b")
        self.clock = Clock()
        settings = load_settings(self.config)
        create_key_file(settings.keys.file)
        make_ready(settings.store.url)
        self._opened = ExitStack()

    def add(self, text: str) -> None:
        """One more table in the configuration."""
        self.config.write_text(self.config.read_text() + text)

    def open(self) -> Workplace:
        """The workplace under the configuration as it is now, files collected."""
        settings = load_settings(self.config)
        workplace = self._opened.enter_context(opened(settings, self.clock))
        for name in workplace.sources:
            report = collect(workplace, workplace.sources[name])
            assert not report.refusals, report.refusals
        return workplace

    def close(self) -> None:
        self._opened.close()


@pytest.fixture
def place(tmp_path: Path, url: str) -> Iterator[Place]:
    """On both kinds of store."""
    made = Place(tmp_path, url)
    yield made
    made.close()


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Place]:
    """On SQLite, for what does not depend on the store."""
    made = Place(tmp_path, f"sqlite:///{tmp_path / 'miroir.db'}")
    yield made
    made.close()


@pytest.fixture
def work() -> Callable[[Workplace], None]:
    """Carry out what waits in the outbox."""

    def run(workplace: Workplace) -> None:
        Worker(workplace.store, lanes(workplace)).until_idle()

    return run


def plan_now(workplace: Workplace, stored: StoredPlan) -> StoredPlan:
    with workplace.store.read() as tables:
        return tables.plans.get(SIREN, stored.plan.hash)

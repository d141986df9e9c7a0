"""A configured workplace in a folder: real files, a real SQLite store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.operations.workplace import Workplace, opened
from miroir.privacy import create_key_file
from miroir.testing.payroll import SimulatedCompany, make_company

from tests.store.ready import make_ready

CONFIGURATION = """
[sources.depot]
connector = "dsn-folder"
folder = "depot"

[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"
"""


class Place:
    """A folder with its configuration, its key file, its store, its drop."""

    def __init__(self, folder: Path, company: SimulatedCompany) -> None:
        self.folder = folder
        self.company = company
        self.config = folder / "miroir.toml"
        self.config.write_text(CONFIGURATION)
        self.drop = folder / "depot"
        self.drop.mkdir()
        (folder / "adhesions.csv").write_bytes(company.adhesions_csv)
        settings = load_settings(self.config)
        create_key_file(settings.keys.file)
        make_ready(settings.store.url)

    def deliver(self, *, first: int = 0, last: int | None = None) -> None:
        for name, content in self.company.files[first:last]:
            (self.drop / name).write_bytes(content)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, make_company(3, 2026, 4, 6, cause="CET_ABSENTE"))


@pytest.fixture
def workplace(place: Place) -> Iterator[Workplace]:
    with opened(load_settings(place.config)) as ready:
        yield ready

"""A double of a system of notes, in its process, behind TLS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from miroir.testing.counterpart import Certificates, Running, running


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def _notes(certificates: Certificates) -> Iterator[Running]:
    with running("tests.doubles.notes:Notes", certificates) as started:
        yield started


@pytest.fixture
def notes(_notes: Running) -> Running:
    _notes.disarm()
    _notes.clear()
    _notes.forget_keys()
    return _notes

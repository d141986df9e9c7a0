"""The real servers that connectors by configuration are tested on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.dovecot import Imap, dovecot
from tests.services.openssh import Ssh, openssh
from tests.services.swift import S3, swift
from tests.store.conftest import postgresql

__all__ = ["postgresql"]


@pytest.fixture(scope="session")
def ssh() -> Iterator[Ssh]:
    with openssh() as server:
        yield server


@pytest.fixture(scope="session")
def imap() -> Iterator[Imap]:
    with dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    with swift() as store:
        yield store

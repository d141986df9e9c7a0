"""The real servers of the contracts, as fixtures.

Skipped where a server, or the library that speaks with it, is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from miroir_connectors.testing.services.dovecot import Imap, dovecot
from miroir_connectors.testing.services.openssh import Ssh, openssh
from miroir_connectors.testing.services.swift import S3, swift


@pytest.fixture(scope="session")
def ssh() -> Iterator[Ssh]:
    pytest.importorskip("paramiko", reason="pip install 'miroir[sftp]'")
    with openssh() as server:
        yield server


@pytest.fixture(scope="session")
def imap() -> Iterator[Imap]:
    pytest.importorskip("imapclient", reason="pip install 'miroir[imap]'")
    with dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    pytest.importorskip("boto3", reason="pip install 'miroir[s3]'")
    with swift() as store:
        yield store

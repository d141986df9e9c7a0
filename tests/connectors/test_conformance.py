"""Our own connectors keep the contract that plugins are held to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
from miroir.testing.conformance import SourceContract
from miroir.testing.counterpart import Certificates, Running, running
from miroir_connectors.testing.services.dovecot import Imap
from miroir_connectors.testing.services.openssh import Ssh
from miroir_connectors.testing.services.swift import S3

from tests.connectors.drops import Bucket, Local
from tests.connectors.test_mailbox import Owner, mail

ROWS = {"kind": "campaign", "patterns": ["*.csv"], "stable_seconds": 0}


def secret(folder: Path, value: str, name: str = "secret") -> Mapping[str, str]:
    path = folder / name
    path.write_text(value)
    return {"file": str(path)}


class TestFile(SourceContract):
    connector = "file"
    on_the_network = False

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "f.csv").write_text("siren\n552100554\n1\n")
        return {"kind": "campaign", "path": str(folder / "f.csv")}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"kind": "campaign", "path": str(folder / "absent.csv")}


class TestFolder(SourceContract):
    connector = "folder"
    on_the_network = False

    def settings(self, folder: Path) -> Mapping[str, object]:
        for name in ("b.csv", "a.csv"):
            Local(folder).put(name, f"siren\n552100554\n{name}\n".encode())
        return {**ROWS, "folder": str(folder)}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**ROWS, "folder": str(folder / "absent")}


class TestSftp(SourceContract):
    connector = "sftp"
    ssh: ClassVar[Ssh]

    @pytest.fixture(autouse=True)
    def _server(self, ssh: Ssh) -> None:
        type(self).ssh = ssh

    def settings(self, folder: Path) -> Mapping[str, object]:
        for name in ("b.csv", "a.csv"):
            Local(folder / "in").put(name, f"siren\n552100554\n{name}\n".encode())
        return {
            **ROWS,
            "host": "127.0.0.1",
            "port": self.ssh.port,
            "user": self.ssh.user,
            "known_hosts": str(self.ssh.known_hosts),
            "private_key": secret(folder, self.ssh.private_key),
            "folder": str(folder / "in"),
            "timeout_seconds": 1,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "user": "nobody-known"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "host": host, "port": port}


class TestS3(SourceContract):
    connector = "s3"
    store: ClassVar[S3]

    @pytest.fixture(autouse=True)
    def _server(self, s3: S3) -> None:
        type(self).store = s3

    def settings(self, folder: Path) -> Mapping[str, object]:
        hand = Bucket(self.store)
        hand.put("a.csv")
        return {
            **ROWS,
            "bucket": hand.bucket,
            "prefix": "in",
            "endpoint": self.store.endpoint,
            "access_key": secret(folder, self.store.access_key, "access"),
            "secret_key": secret(folder, self.store.secret_key),
            "timeout_seconds": 1,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "bucket": "absent-bucket"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "endpoint": f"http://{host}:{port}"}


class TestSql(SourceContract):
    connector = "sql"
    on_the_network = False  # on PostgreSQL: test_a_database_that_is_silent

    def settings(self, folder: Path) -> Mapping[str, object]:
        with closing(sqlite3.connect(folder / "x.db")) as base, base:
            base.execute("CREATE TABLE IF NOT EXISTS t (id INTEGER, siren TEXT)")
            base.execute("INSERT INTO t VALUES (1, '552100554'), (2, '1')")
        return {
            "kind": "campaign",
            "url": secret(folder, f"sqlite:///{folder / 'x.db'}"),
            "query": "SELECT id, siren FROM t WHERE id > :cursor",
            "cursor_column": "id",
            "cursor_start": "0",
            "cursor_type": "integer",
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        settings = self.settings(folder)
        return {**settings, "url": secret(folder, "sqlite:////absent/x.db")}


class TestImap(SourceContract):
    connector = "imap"
    imap: ClassVar[Imap]

    @pytest.fixture(autouse=True)
    def _server(self, imap: Imap) -> None:
        type(self).imap = imap

    def settings(self, folder: Path) -> Mapping[str, object]:
        owner = Owner(self.imap)
        owner.deliver(mail("552100554", id="<1@a>"))
        owner.deliver(mail("sans numéro", id="<2@a>"))
        owner.client.logout()
        return {
            "host": "127.0.0.1",
            "port": self.imap.tls_port,
            "user": owner.user,
            "password": secret(folder, self.imap.password),
            "ca_file": str(self.imap.ca_file),
            "timeout_seconds": 1,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "password": secret(folder, "wrong")}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "host": host, "port": port}


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    certificates = Certificates.make(tmp_path_factory.mktemp("certificates"))
    with running(
        "miroir_connectors.testing.doubles.listing:Listing", certificates
    ) as started:
        started.prepare("items", [{"siren": "552100554"}, {"siren": "1"}])
        yield started


class TestRest(SourceContract):
    connector = "rest"
    base: ClassVar[str]
    authority: ClassVar[Path]

    @pytest.fixture(autouse=True)
    def _server(self, listing: Running) -> None:
        type(self).base = listing.base
        type(self).authority = listing.certificates.authority

    def settings(self, folder: Path) -> Mapping[str, object]:
        return {
            "kind": "campaign",
            "url": f"{self.base}/page",
            "records": "/data",
            "paging": "page",
            "ca_file": str(self.authority),
            "timeout_seconds": 1,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "url": f"{self.base}/key/page"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "url": f"https://{host}:{port}/page"}

"""The contracts of drops: a folder, a real OpenSSH server, a real store of S3."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from miroir import Secret
from miroir.testing.conformance import SourceContract

from miroir_connectors.testing.conformance.servers import s3, ssh
from miroir_connectors.testing.conformance.tables import RECORDED, ROWS
from miroir_connectors.testing.services.openssh import Ssh
from miroir_connectors.testing.services.swift import S3

__all__ = ["TestFolder", "TestS3", "TestSftp", "s3", "ssh"]
NAMES = ("b.csv", "a.csv")


class _DropContract(SourceContract):
    recorded = RECORDED
    files = len(NAMES)
    usual: ClassVar[Mapping[str, object]] = {
        "kind": "campaign",
        "patterns": ["*.csv"],
        "stable_seconds": 0,
    }

    def filled(self, folder: Path) -> Path:
        (folder / "in").mkdir(exist_ok=True)
        for name in NAMES:
            (folder / "in" / name).write_text(f"{ROWS}{name}\n")
        return folder / "in"

    def more(self, folder: Path) -> None:
        (folder / "in" / "c.csv").write_text(f"{ROWS}c.csv\n")


class TestFolder(_DropContract):
    connector = "folder"
    on_the_network = False

    def settings(self, folder: Path) -> Mapping[str, object]:
        return {**self.usual, "folder": self.filled(folder)}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.usual, "folder": folder / "absent"}


class TestSftp(_DropContract):
    connector = "sftp"
    server: ClassVar[Ssh]

    @pytest.fixture(autouse=True)
    def _server(self, ssh: Ssh) -> None:
        type(self).server = ssh

    def settings(self, folder: Path) -> Mapping[str, object]:
        return {
            **self.usual,
            **self.server.access,
            "folder": str(self.filled(folder)),
            "timeout_seconds": 1,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "user": "nobody-known"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "host": host, "port": port}


class TestS3(_DropContract):
    connector = "s3"
    store: ClassVar[S3]

    @pytest.fixture(autouse=True)
    def _store(self, s3: S3) -> None:
        type(self).store = s3

    def settings(self, folder: Path) -> Mapping[str, object]:
        client, bucket = self.store.client(), f"drop-{uuid.uuid4().hex[:12]}"
        client.create_bucket(
            Bucket=bucket,
            CreateBucketConfiguration={"LocationConstraint": self.store.region},
        )
        for name in NAMES:
            self._put(bucket, name)
        return {
            **self.usual,
            "bucket": bucket,
            "prefix": "in",
            "endpoint": self.store.endpoint,
            "access_key": Secret(self.store.access_key),
            "secret_key": Secret(self.store.secret_key),
            "timeout_seconds": 1,
        }

    def more(self, folder: Path) -> None:
        self._put(str(self.prepared["bucket"]), "c.csv")

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "bucket": "absent-bucket"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "endpoint": f"http://{host}:{port}"}

    def _put(self, bucket: str, name: str) -> None:
        content = f"{ROWS}{name}\n".encode()
        self.store.client().put_object(Bucket=bucket, Key=f"in/{name}", Body=content)

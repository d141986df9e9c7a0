"""A drop of each kind, and the hand that fills it."""

from __future__ import annotations

import os
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miroir import Secret
from miroir_connectors.drop.folder import FolderDrop
from miroir_connectors.drop.s3 import S3Drop
from miroir_connectors.drop.sftp import SftpDrop
from miroir_connectors.drop.source import Drop
from miroir_connectors.testing.services.openssh import Ssh
from miroir_connectors.testing.services.swift import S3

ROWS = b"siren;mois\n552100554;2026-03\n"


class Hand(ABC):
    """Whoever drops files, and looks at what is left of them."""

    @abstractmethod
    def source(self, **settings: Any) -> Drop: ...
    @abstractmethod
    def elsewhere(self) -> Drop: ...
    @abstractmethod
    def put(
        self, path: str, content: bytes = ROWS, at: int = 1_700_000_000
    ) -> None: ...
    @abstractmethod
    def all(self) -> dict[str, bytes]: ...


@dataclass(frozen=True)
class Local(Hand):
    """A folder, which SFTP serves too."""

    folder: Path
    ssh: Ssh | None = None

    def source(self, **settings: Any) -> Drop:
        usual: dict[str, Any] = {
            "kind": "campaign",
            "patterns": ("*.csv",),
            "stable_seconds": 0,
        }
        if self.ssh is None:
            return FolderDrop(**usual | {"folder": self.folder} | settings)
        ssh = self.ssh.access | {"folder": str(self.folder)}
        return SftpDrop(**usual | ssh | settings)

    def elsewhere(self) -> Drop:
        return Local(self.folder / "absent", self.ssh).source()

    def put(self, path: str, content: bytes = ROWS, at: int = 1_700_000_000) -> None:
        where = self.folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content)
        os.utime(where, (at, at))

    def all(self) -> dict[str, bytes]:
        files = [each for each in self.folder.rglob("*") if each.is_file()]
        return {str(each.relative_to(self.folder)): each.read_bytes() for each in files}


class Bucket(Hand):
    """A bucket of a real store."""

    def __init__(self, store: S3, prefix: str = "in") -> None:
        self.store, self.prefix = store, prefix
        self.bucket = f"drop-{uuid.uuid4().hex[:12]}"
        self.client = store.client()
        self.client.create_bucket(
            Bucket=self.bucket,
            CreateBucketConfiguration={"LocationConstraint": store.region},
        )

    def source(self, **settings: Any) -> Drop:
        usual: dict[str, Any] = {
            "kind": "campaign",
            "patterns": ("*.csv",),
            "bucket": self.bucket,
            "prefix": self.prefix,
            "region": self.store.region,
            "endpoint": self.store.endpoint,
            "access_key": Secret(self.store.access_key),
            "secret_key": Secret(self.store.secret_key),
        }
        return S3Drop(**usual | settings)

    def elsewhere(self) -> Drop:
        return self.source(bucket="absent-bucket")

    def put(self, path: str, content: bytes = ROWS, at: int = 1_700_000_000) -> None:
        key = f"{self.prefix}/{path}"
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def all(self) -> dict[str, bytes]:
        found = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())
        return {
            each["Key"].removeprefix(f"{self.prefix}/"): self.client.get_object(
                Bucket=self.bucket, Key=each["Key"]
            )["Body"].read()
            for each in found
        }

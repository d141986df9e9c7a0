"""A private OpenStack Swift for the tests, on the loopback only: a store of S3.

One node of the four servers that a hoster runs on many: proxy (which speaks S3,
and checks signatures), account, container and object.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from miroir_connectors.testing.services.required import free_port, wait_for
from miroir_connectors.testing.services.swift_setup import home, install, installed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_KINDS = ("account", "container", "object")
_CLUSTER = """
[swift-hash]
swift_hash_path_prefix = of the tests
swift_hash_path_suffix = of the tests
[storage-policy:0]
name = once
default = yes
"""
_SERVER = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/disks
user = {user}
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
mount_check = false
fallocate_reserve = 0
log_level = WARNING
"""
_STORAGE = """
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
_FILTERS = {
    "catch_errors": "",
    "gatekeeper": "",
    "listing_formats": "",
    "s3api": "location = {region}\ns3_acl = true\n",
    "tempauth": "user_gps_depot = {secret_key} .admin\nuser_gps_lecture = {secret_key}",
    "slo": "",
    "dlo": "",
    "versioned_writes": "",
}
_PROXY = """
[pipeline:main]
pipeline = {filters} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""
_RINGS = """
import sys
from swift.common.ring import RingBuilder

folder, *servers = sys.argv[1:]
for kind, port in zip(servers[::2], servers[1::2]):
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    where = {"ip": "127.0.0.1", "port": int(port)}
    back = {"replication_ip": "127.0.0.1", "replication_port": int(port)}
    place = {"region": 1, "zone": 1, "weight": 1.0, "device": "disk"}
    builder.add_dev({**place, **where, **back})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


@dataclass(frozen=True, kw_only=True)
class S3:
    """A store of S3; `access_key` owns buckets, `reader_key` is given nothing."""

    port: int
    access_key: str = "gps:depot"
    reader_key: str = "gps:lecture"
    secret_key: str = "only-for-tests"
    region: Literal["eu-west-3"] = "eu-west-3"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cache  # noqa: B019 - a store lasts as long as the tests
    def client(self) -> S3Client:
        """A client of its owner."""
        import boto3

        client: S3Client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
        )
        return client


@contextmanager
def swift() -> Iterator[S3]:
    """Start a store that is forgotten at the end: some 2 s."""
    if not installed():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") != "1":
            pytest.skip(
                "no Swift: python3 -m miroir_connectors.testing.services.swift_setup"
            )
        install()
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="miroir-swift-"))
        folder, store = Path(name), S3(port=free_port())
        ports = {kind: free_port() for kind in _KINDS}
        _configure(folder, store, ports)
        started = [
            (kind, port, stack.enter_context(_server(folder, kind)))
            for kind, port in [*ports.items(), ("proxy", store.port)]
        ]
        for kind, port, process in started:
            _wait(port, process, folder / f"{kind}.log")
        yield store


def _configure(folder: Path, store: S3, ports: dict[str, int]) -> None:
    (folder / "disks" / "disk").mkdir(parents=True)
    (folder / "swift.conf").write_text(_CLUSTER)
    rings = [str(each) for server in ports.items() for each in server]
    python = str(home() / "bin" / "python")
    subprocess.run([python, "-c", _RINGS, str(folder), *rings], check=True)
    for kind, port in ports.items():
        text = _SERVER.format(folder=folder, user=getuser(), port=port)
        (folder / f"{kind}.conf").write_text(text + _STORAGE.format(kind=kind))
    text = _SERVER.format(folder=folder, user=getuser(), port=store.port)
    text += _PROXY.format(filters=" ".join(_FILTERS))
    for name, keys in _FILTERS.items():
        given = keys.format(region=store.region, secret_key=store.secret_key)
        text += f"[filter:{name}]\nuse = egg:swift#{name}\n{given}\n"
    (folder / "proxy.conf").write_text(text)


@contextmanager
def _server(folder: Path, kind: str) -> Iterator[subprocess.Popen[bytes]]:
    program = str(home() / "bin" / f"swift-{kind}-server")
    with (
        (folder / f"{kind}.log").open("w") as log,
        subprocess.Popen(
            [program, str(folder / f"{kind}.conf")], stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    try:
        wait_for(port, lambda: process.poll() is None, 60)
    except AssertionError as error:
        raise AssertionError(f"Swift: {log.read_text('utf-8')}") from error

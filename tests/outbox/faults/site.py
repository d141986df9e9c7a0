"""A store, its keys, the double: what a run of the fault harness works on."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from miroir.privacy import Keys
from miroir.store import Store, upgrade

from tests.outbox.double.running import Double
from tests.outbox.faults.forking import in_child


@dataclass(frozen=True, kw_only=True)
class Site:
    """No connection is open in it: none ever goes through a fork.

    The store is, so that its statements are compiled once for all children.
    """

    store: Store
    port: int
    folder: Path

    @property
    def double(self) -> Double:
        return Double(self.port)


@contextmanager
def site(store: str, port: int, postgresql: str = "") -> Iterator[Site]:
    """A new store, «sqlite» or «postgresql», to be forgotten at the end."""
    folder = Path(tempfile.mkdtemp(prefix="miroir-faults-"))
    url = f"sqlite:///{folder / 'miroir.db'}"
    if store == "postgresql":
        schema = f"faults_{uuid.uuid4().hex}"
        in_child(lambda: _schema(postgresql, schema)).value_of("making a schema")
        url = f"{postgresql}?options=-csearch_path%3D{schema}"
    in_child(lambda: upgrade(url)).value_of("making a store")
    try:
        with Store.open(url, Keys.generate()) as opened:
            opened.close()
            yield Site(store=opened, port=port, folder=folder)
    finally:
        shutil.rmtree(folder)


def _schema(address: str, name: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"'.encode())

"""A copy is whole whoever writes; what is put back sends nothing."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store import Store, schema, upgrade
from miroir.store.copies import postgresql
from miroir.store.copies.copying import backup, restore
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.schema import head, pending

from tests.outbox.samples import DOSSIER, contact

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _programs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if url.startswith("sqlite"):
        return
    from tests.store.postgresql import find_binaries

    binaries = find_binaries()
    assert binaries is not None
    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")


def enqueue(store: Store, occasion: str) -> str:
    with store.write() as tables:
        return tables.outbox.enqueue(contact(), dossier=DOSSIER, occasion=occasion)


def test_what_was_copied_comes_back_and_nothing_is_sent(
    store: Store, url: str, keys: Keys, tmp_path: Path
) -> None:
    kept = enqueue(store, "before")
    copy = tmp_path / "copy"
    backup(url, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    enqueue(store, "after")
    store.close()

    aside = restore(url, copy, "ops", NOW)

    assert (aside is not None) == url.startswith("sqlite")
    with Store.open(url, keys) as again, again.read() as tables:
        assert [row.key for row in tables.outbox.listed()] == [kept]
        held = tables.outbox.held()
        assert held is not None and held.since == NOW
        now = tables.leases.now()
    with Store.open(url, keys) as again, again.write() as tables:
        claimed = tables.claims.claim("crm_contact", "w", now, now, "crm")
        assert claimed is None
    if aside is not None:
        restore(url, aside, "ops", NOW + timedelta(seconds=1))
        with Store.open(url, keys) as again, again.read() as tables:
            assert len(tables.outbox.listed()) == 2


def test_a_store_is_copied_before_it_is_upgraded_and_comes_back_upgraded(
    url: str, keys: Keys, tmp_path: Path
) -> None:
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        schema._migrate(connection, f"{int(head()) - 1:04d}")
    with pytest.raises(StoreError, match="back it up with `miroir db backup`"):
        schema.open_engine(url)
    engine.dispose()
    backup(url, tmp_path / "copy")
    restore(url, tmp_path / "copy", "ops", NOW)
    with Store.open(url, keys) as again, again.read() as tables:
        assert tables.outbox.held() is not None


def test_a_copy_is_never_written_over_something(
    store: Store, url: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.write_text("mine")
    with pytest.raises(StoreError, match="not there yet"):
        backup(url, copy)
    assert copy.read_text() == "mine"


def test_what_is_no_copy_is_refused_and_the_store_stays(
    store: Store, url: str, keys: Keys, tmp_path: Path
) -> None:
    key = enqueue(store, "before")
    store.close()
    false = tmp_path / "false"
    false.write_text("surely no copy")
    for source in (false, tmp_path / "absent"):
        with pytest.raises(StoreError):
            restore(url, source, "ops", NOW)
    with Store.open(url, keys) as again, again.read() as tables:
        assert [row.key for row in tables.outbox.listed()] == [key]
        assert tables.outbox.held() is None


def test_a_copy_taken_while_another_writes_is_whole(
    url: str, keys: Keys, tmp_path: Path
) -> None:
    upgrade(url)
    stop = threading.Event()

    def write() -> None:
        with Store.open(url, keys) as writer:
            for number in range(10_000):
                if stop.is_set():
                    return
                enqueue(writer, str(number))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(3):
            backup(url, tmp_path / f"copy{number}")
    finally:
        stop.set()
        thread.join()
    restore(url, tmp_path / "copy2", "ops", NOW)
    with Store.open(url, keys) as again, again.read() as tables:
        held = tables.outbox.held()
        assert held is not None and held.since == NOW


def test_a_copy_of_another_revision_does_not_mix_with_the_store(
    store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("the file of SQLite is replaced whole")
    copy = tmp_path / "copy"
    backup(url, copy)
    assert postgresql.dumped_revision(copy) == head()
    monkeypatch.setattr(
        "miroir.store.copies.copying.dumped_revision", lambda source: "0001"
    )
    with pytest.raises(StoreError, match="make an empty database"):
        restore(url, copy, "ops", NOW)


def test_without_the_client_of_postgresql_it_is_told(
    store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite needs no program")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(StoreError, match="pg_dump: not installed here"):
        backup(url, tmp_path / "copy")


def test_the_plan_lists_what_an_upgrade_would_do(url: str) -> None:
    steps = pending(url)
    assert [step.revision for step in steps] == [
        f"{number:04}" for number in range(1, int(head()) + 1)
    ]
    assert all(step.summary for step in steps)
    upgrade(url)
    assert pending(url) == ()

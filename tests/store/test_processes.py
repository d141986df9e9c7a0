"""Several real processes on one store: waiting for each other, and killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from miroir.errors import StoreError
from miroir.privacy import create_key_file, load_keys
from miroir.store import Store, check, engine, upgrade

from tests.store.samples import NOW, SIREN, analysis, file, line

ROOT = Path(__file__).parents[2]
OTHER = "552100554"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    create_key_file(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def shared(url: str, key_file: Path) -> Iterator[Store]:
    upgrade(url)
    with Store.open(url, load_keys(key_file)) as store:
        yield store


def start(url: str, key_file: Path, *arguments: object) -> subprocess.Popen[str]:
    words = [url, str(key_file), *(str(word) for word in arguments)]
    return subprocess.Popen(
        [sys.executable, str(ROOT / "tests/store/writer.py"), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def wait_for(writer: subprocess.Popen[str], word: str) -> None:
    assert writer.stdout is not None
    for said in writer.stdout:
        if said.strip() == word:
            return
    pytest.fail(f"the writer ended before it was {word}")


def kill(writer: subprocess.Popen[str]) -> None:
    writer.kill()
    writer.communicate(timeout=30)


def test_writers_wait_for_each_other(shared: Store, url: str, key_file: Path) -> None:
    writers = [start(url, key_file, siren, 15, 40) for siren in (SIREN, OTHER, SIREN)]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert (writer.returncode, errors) == (0, "")
    with shared.read() as tables:
        assert len(tables.results.history(SIREN)) == 30
        assert len(tables.results.history(OTHER)) == 15
        run = tables.results.last_run(OTHER)
    assert run is not None
    assert len(run.gaps) == 40


def test_a_writer_waits_for_one_that_is_slow(
    shared: Store, url: str, key_file: Path
) -> None:
    with shared.write() as tables:
        tables.results.save_run(analysis(line()), "sync", NOW)
        writer = start(url, key_file, OTHER, 1, 1)
        time.sleep(1.5)
    _, errors = writer.communicate(timeout=30)
    assert (writer.returncode, errors) == (0, "")


def test_a_writer_that_reads_first_waits_too(shared: Store) -> None:
    has_read = threading.Event()

    def read_then_write() -> int:
        with shared.write() as tables:
            assert tables.results.history(OTHER) == ()
            has_read.set()
            return tables.results.save_run(analysis(siren=OTHER), "sync", NOW)

    with ThreadPoolExecutor() as pool:
        with shared.write() as tables:
            tables.results.save_run(analysis(line()), "sync", NOW)
            later = pool.submit(read_then_write)
            has_read.wait(timeout=0.5)
        assert later.result(timeout=15) > 0


def test_readers_do_not_wait_for_a_writer(
    shared: Store, url: str, key_file: Path
) -> None:
    writer = start(url, key_file, SIREN, 2, 3, "hold")
    wait_for(writer, "holding")
    begun = time.monotonic()
    with shared.read() as tables:
        assert len(tables.results.history(SIREN)) == 1
    assert time.monotonic() - begun < 1
    kill(writer)


def test_a_writer_killed_before_its_commit_leaves_nothing(
    shared: Store, url: str, key_file: Path
) -> None:
    writer = start(url, key_file, SIREN, 2, 500, "hold")
    wait_for(writer, "holding")
    kill(writer)
    assert check(url) == ()
    with shared.write() as tables:
        assert len(tables.results.history(SIREN)) == 1
        tables.results.save_run(analysis(line()), "sync", NOW)
        run = tables.results.last_run(SIREN)
    assert run is not None
    assert len(run.gaps) == 1


def test_writers_killed_at_any_moment_leave_whole_runs(
    shared: Store, url: str, key_file: Path
) -> None:
    for delay in (0.0, 0.013, 0.05, 0.11, 0.21):
        writer = start(url, key_file, SIREN, 1000, 200)
        wait_for(writer, "committed")
        time.sleep(delay)
        kill(writer)
    assert check(url) == ()
    with shared.read() as tables:
        history = tables.results.history(SIREN)
        newer: int | None = None
        for _ in history:
            run = tables.results.last_run(SIREN, before=newer)
            assert run is not None
            assert (len(run.gaps), len(run.diagnoses)) == (200, 1)
            newer = run.id
    assert len(history) >= 5


def test_waiting_has_an_end(
    url: str, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_SQLITE_PRAGMAS", ("busy_timeout=100",))
    monkeypatch.setattr(engine, "_POSTGRESQL_SETTINGS", ("lock_timeout = 100",))
    upgrade(url)
    with (
        Store.open(url, load_keys(key_file)) as store,
        store.write() as first,
    ):
        first.files.record_received(file(), "depot", NOW)
        with (
            pytest.raises(StoreError, match="another process has been writing"),
            store.write() as second,
        ):
            second.files.record_received(file(), "depot", NOW)

"""Shards on a real dask scheduler: a worker that dies loses and doubles nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from miroir.errors import MiroirError
from miroir.operations.bulk.assembling import assemble, prepare
from miroir.operations.bulk.executors import Dask
from miroir.operations.bulk.running import specs_for
from miroir.testing.payroll import SimulatedCompany
from miroir.types.period import Month

from tests.operations.bulk.places import BulkPlace
from tests.operations.bulk.test_shards import manifests, twin

SHARDS = 16


@pytest.fixture(autouse=True)
def _with_dask() -> None:
    if find_spec("distributed") is None:
        reason = "no dask: install miroir[dask]"
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@contextmanager
def running(module: str, *args: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of dask, ended at the end."""
    command = [sys.executable, "-m", "distributed.cli." + module, *args]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker(address: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
    place = ("--local-directory", str(folder))
    with running("dask_worker", address, *options, *place) as process:
        yield process


@pytest.fixture
def scheduler() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    with running("dask_scheduler", *options) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"tcp://127.0.0.1:{port}"


def test_a_worker_killed_loses_no_shard_and_doubles_none(
    place: BulkPlace,
    tmp_path: Path,
    companies: tuple[SimulatedCompany, ...],
    scheduler: str,
) -> None:
    other = twin(place, tmp_path / "other", companies)
    place.run("2026-03", shards=SHARDS)
    plan = prepare(other.settings, Month(2026, 3))
    specs = list(specs_for(other.layout, plan, SHARDS, resume=False))
    done = []
    with worker(scheduler, tmp_path / "a") as one, worker(scheduler, tmp_path / "b"):
        for results in Dask(scheduler).run(specs):
            done.append(results[0].shard)
            if len(done) == 3:
                os.kill(one.pid, signal.SIGKILL)
    assert sorted(done) == list(range(SHARDS))
    assemble(other.settings, plan, SHARDS)
    assert manifests(other) == manifests(place)


def test_a_scheduler_that_does_not_answer_is_told(place: BulkPlace) -> None:
    import dask

    plan = prepare(place.settings, Month(2026, 3))
    specs = list(specs_for(place.layout, plan, 1, resume=False))
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(MiroirError, match="no dask scheduler answers"),
    ):
        next(Dask("tcp://127.0.0.1:9").run(specs))

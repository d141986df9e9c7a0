"""Shards on a real dask scheduler: a worker that dies loses and doubles nothing."""

from __future__ import annotations

import os
import signal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from miroir.errors import MiroirError
from miroir.operations.bulk.assembling import assemble, prepare
from miroir.operations.bulk.executors import Dask
from miroir.operations.bulk.running import specs_for
from miroir.testing.payroll import SimulatedCompany
from miroir.types.period import Month

from tests.operations.bulk import cluster
from tests.operations.bulk.certificates import Authority
from tests.operations.bulk.places import BulkPlace
from tests.operations.bulk.test_killed import start
from tests.operations.bulk.test_shards import manifests, twin

SHARDS = 16
MARCH = Month(2026, 3)
ABSENT = {
    "tls.ca-file": "/absent.pem",
    "tls.client.cert": "/absent.pem",
    "tls.client.key": "/absent.key",
}
Companies = tuple[SimulatedCompany, ...]


@pytest.fixture(autouse=True)
def _with_dask() -> None:
    if find_spec("distributed") is None:
        reason = "no dask: install miroir[dask]"
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def test_a_worker_killed_loses_no_shard_and_doubles_none(
    place: BulkPlace, tmp_path: Path, companies: Companies
) -> None:
    other = twin(place, tmp_path / "other", companies)
    alone = place.run("2026-03", shards=SHARDS)
    plan = prepare(other.settings, MARCH)
    specs = list(specs_for(other.layout, plan, SHARDS, resume=False))
    done = []
    with (
        cluster.scheduler() as address,
        cluster.worker(address, tmp_path / "a") as one,
        cluster.worker(address, tmp_path / "b"),
    ):
        for results in Dask(address).run(specs):
            done.append(results[0].shard)
            if len(done) == 3:
                os.kill(one.pid, signal.SIGKILL)
        assert one.wait() == -signal.SIGKILL
    assert sorted(done) == list(range(SHARDS))
    for month in ("2026-01", "2026-02", "2026-03"):
        folder = other.layout.result(month, 0, SHARDS, "").parent
        assert len(list(folder.glob("*.json"))) == SHARDS
    shared = assemble(other.settings, plan, SHARDS)
    assert [each.figures for each in shared] == [each.figures for each in alone]
    assert manifests(other) == manifests(place)


def test_a_month_is_worked_over_tls(
    place: BulkPlace, tmp_path: Path, companies: Companies
) -> None:
    """The command, a scheduler and two workers, each with its certificate."""
    other = twin(place, tmp_path / "other", companies)
    place.run("2026-03", shards=4)
    authority = Authority(tmp_path / "tls")
    with (
        cluster.scheduler(*authority.options("scheduler"), protocol="tls") as address,
        cluster.worker(address, tmp_path / "a", *authority.options("worker")),
        cluster.worker(address, tmp_path / "b", *authority.options("worker")),
    ):
        options = ("--shards", "4", "--executor", "dask", "--scheduler", address)
        environment = authority.environment("client")
        assert start(other, *options, environment=environment).wait() == 0
        stranger = Authority(tmp_path / "other tls").environment("client")
        refused = start(other, *options, environment=stranger)
        assert refused.wait() == 1
    assert manifests(other) == manifests(place)


def test_a_scheduler_that_does_not_answer_is_told(place: BulkPlace) -> None:
    import dask

    plan = prepare(place.settings, MARCH)
    specs = list(specs_for(place.layout, plan, 1, resume=False))
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(MiroirError, match="no dask scheduler answers"),
    ):
        next(Dask("tcp://127.0.0.1:9").run(specs))


@pytest.mark.parametrize(
    ("address", "setting", "told"),
    [
        ("tls://127.0.0.1:9", {}, "no certificate; set distributed.comm.tls.ca-file"),
        ("tcp://127.0.0.1:9", {"require-encryption": True}, "starts with tls://"),
        ("tls://127.0.0.1:9", ABSENT, "No such file"),
    ],
)
def test_what_tls_lacks_is_told(
    place: BulkPlace, address: str, setting: dict[str, object], told: str
) -> None:
    import dask

    import_module("distributed")  # its own settings come with it
    plan = prepare(place.settings, MARCH)
    specs = list(specs_for(place.layout, plan, 1, resume=False))
    settings = {f"distributed.comm.{name}": value for name, value in setting.items()}
    with dask.config.set(settings), pytest.raises(MiroirError, match=told):
        next(Dask(address).run(specs))

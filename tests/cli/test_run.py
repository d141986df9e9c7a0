"""`miroir run`: whole, shard by shard, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.cli.run import WORKS_SHARDS
from miroir.operations.bulk.shard import run_shard
from miroir.privacy import create_key_file
from miroir.testing.payroll import Delivery, make_company

from tests.cli.commands import miroir
from tests.store.ready import make_ready


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workplace without a source, and two months of a company in `depot`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "miroir.toml").write_text("")
    create_key_file(tmp_path / "miroir.keys")
    make_ready(f"sqlite:///{tmp_path / 'miroir.db'}")
    company = make_company(
        3, 2026, 2, 6, cause="CET_ABSENTE", delivery=Delivery(notices=True)
    )
    (tmp_path / "depot").mkdir()
    for name, content in company.files:
        (tmp_path / "depot" / name).write_bytes(content)
    (tmp_path / "depot" / "note.txt").write_text("ceci n’est pas une DSN")
    return tmp_path


def test_a_month_is_received_worked_and_published(folder: Path) -> None:
    done = miroir("run", "--period", "2026-02", "depot")
    assert done.exit_code == 0, done.output
    given, january, february = done.stdout.splitlines()
    count = len(list((folder / "depot").iterdir()))
    assert given == f"{count} files given, {count} new"
    assert january.startswith("2026-01: 1 files, 1 declarations, 5 employees")
    assert february.startswith("2026-02: 1 files, 1 declarations, ")
    assert "Worked first, not published or changed since: 2026-01" in done.stderr
    assert "depot/note.txt:1: NOT_A_DSN: " in done.stderr
    assert done.stderr.count(": SIGNALEMENT: ") == count - 3


def test_shards_worked_one_by_one_are_assembled(folder: Path) -> None:
    assert miroir("run", "--period", "2026-01", "--prepare", "depot").exit_code == 0
    refused = miroir("run", "--period", "2026-01", "--assemble", "--shards", "2")
    assert refused.exit_code == 1
    assert "no result of shard 0/2 of 2026-01" in refused.stderr
    for shard in range(2):
        done = miroir("run", "--period", "2026-01", "--shard", f"{shard}/2")
        assert f"2026-01, shard {shard}/2: " in done.stdout
    done = miroir("run", "--period", "2026-01", "--assemble")
    assert done.exit_code == 0, done.output
    assert "5 employees" in done.stdout


def test_a_second_run_receives_nothing_new(folder: Path) -> None:
    first = miroir("run", "--period", "2026-01", "depot")
    again = miroir("run", "--period", "2026-01", "--resume", "--in-place", "depot")
    assert again.stdout.splitlines()[0].endswith(" files given, 0 new")
    assert again.stdout.splitlines()[1:] == first.stdout.splitlines()[1:]
    assert miroir("run", "--period", "2026-01").exit_code == 0


def test_two_workers_publish_what_one_does(folder: Path) -> None:
    alone = miroir("run", "--period", "2026-01", "depot")
    done = miroir("run", "--period", "2026-01", "--executor", "local", "--workers", "2")
    assert done.stdout.splitlines() == alone.stdout.splitlines()[1:]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--period", "2026-13"), "is not a month"),
        (("--period", "2026-01", "--shard", "2/2"), "is not a shard such as 0/16"),
        (("--period", "2026-01", "--shard", "x"), "is not a shard such as 0/16"),
        (("--period", "2026-01", "--shard", "0/2", "--assemble"), "exclude each other"),
        (("--period", "2026-01", "--assemble", "depot"), "PATH is received by"),
        (("--period", "2026-01", "--executor", "dask"), "goes with --scheduler"),
        (("--period", "2026-01", "--scheduler", "tcp://x:1"), "goes with --scheduler"),
    ],
)
def test_a_wrong_usage_is_said(options: tuple[str, ...], told: str) -> None:
    done = miroir("run", *options)
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_month_without_a_file_or_without_parameters() -> None:
    nothing = miroir("run", "--period", "2026-01")
    assert nothing.exit_code == 1
    assert "no file was received for this month" in nothing.stderr
    beyond = miroir("run", "--period", "2031-01")
    assert beyond.exit_code == 1
    assert "defect" not in beyond.stderr


def test_a_key_file_that_is_lost_is_named(folder: Path) -> None:
    (folder / "miroir.keys").unlink()
    done = miroir("run", "--period", "2026-01", "depot")
    assert done.exit_code == 1
    assert "restore it from its backup" in done.stderr


def test_what_workers_import_first_is_what_they_run() -> None:
    assert run_shard.__module__ == WORKS_SHARDS

"""`miroir metrics`: on the standard output, in a file, on a port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.cli.commands import miroir

SOURCE = '[sources.depot]\nconnector = "dsn-folder"\nfolder = "depot"\n'


@pytest.fixture(autouse=True)
def _at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0
    file = tmp_path / "miroir.toml"
    file.write_text(file.read_text() + SOURCE)
    (tmp_path / "depot").mkdir()


def value(text: str, name: str) -> float:
    (found,) = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found)


def test_it_says_how_things_are() -> None:
    text = miroir("metrics").stdout
    assert value(text, "miroir_scheduler_live") == 0
    assert value(text, 'miroir_source_held{source="depot"}') == 0
    assert value(text, "miroir_outbox_oldest_seconds") == 0
    assert value(text, "miroir_outbox_held") == 0
    assert miroir("db", "backup", "copy").exit_code == 0
    assert miroir("db", "restore", "copy", "--yes").exit_code == 0
    assert value(miroir("metrics").stdout, "miroir_outbox_held") == 1


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "miroir.prom"
    target.write_text("before")
    assert miroir("metrics", "--textfile", str(target)).exit_code == 0
    assert target.read_text().startswith("# HELP miroir_build_info")
    assert not list(tmp_path.glob(".miroir.prom*"))


def test_a_store_that_cannot_be_read_is_missing_not_zero(tmp_path: Path) -> None:
    (tmp_path / "miroir.db").unlink()
    result = miroir("metrics", "--textfile", str(tmp_path / "miroir.prom"))
    assert result.exit_code == 1
    assert not (tmp_path / "miroir.prom").exists()


def test_an_address_that_is_none_is_refused() -> None:
    for address in ("9464", "localhost:", "localhost:x", ":1"):
        assert miroir("metrics", "--serve", address).exit_code == 2


def test_prometheus_reads_on_a_port(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "miroir", "metrics", "--serve", "127.0.0.1:0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    try:
        address = process.stderr.readline().removeprefix("metrics: ").strip()
        text = requests.get(address, timeout=30).text
        assert value(text, "miroir_scheduler_live") == 0
        (tmp_path / "miroir.db").unlink()
        assert requests.get(address, timeout=30).status_code == 500
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        process.stderr.close()

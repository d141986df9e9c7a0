"""The commands and the query of docs/running-a-month.md are run as they stand."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from miroir.privacy import create_key_file
from miroir.testing.payroll import make_company

from tests.store.ready import make_ready

PAGE = Path(__file__).parents[2] / "docs/running-a-month.md"


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workplace, and January of three companies, one of them wrong."""
    (tmp_path / "miroir.toml").write_text("")
    create_key_file(tmp_path / "miroir.keys")
    make_ready(f"sqlite:///{tmp_path / 'miroir.db'}")
    (tmp_path / "depot").mkdir()
    for seed, cause in ((21, "CEG_ABSENTE"), (22, None), (23, None)):
        company = make_company(seed, 2026, 1, 8, cause=cause, simple=True)
        for name, content in company.files:
            (tmp_path / "depot" / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def path_with_miroir(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the shell finds `miroir`: the one under test."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "miroir"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m miroir "$@"\n')
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.skipif(shutil.which("xargs") is None, reason="no xargs here")
def test_the_shell_works_a_month_that_the_query_reads(
    folder: Path, path_with_miroir: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = blocks("sh")[0]
    assert "seq 0 15" in lines and "{}/16" in lines
    fewer = lines.replace("seq 0 15", "seq 0 2").replace("/16", "/3")
    done = subprocess.run(
        ["sh", "-c", fewer],
        cwd=folder,
        env=os.environ | {"PATH": path_with_miroir},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "2026-01: 3 files, 3 declarations" in done.stdout.splitlines()[-1]
    monkeypatch.chdir(folder)
    Path("query.py").write_text(blocks("python")[0])
    missing = runpy.run_path("query.py")["missing"]
    ((siret, employees, declared, gap),) = missing
    assert len(siret) == 14 and employees > 0 and declared > 0
    ((other, people, cents),) = sqlite3.connect("miroir.db").execute(blocks("sql")[0])
    assert (other, people, cents) == (siret, employees, gap)


def test_the_job_of_kubernetes_has_a_pod_for_each_shard() -> None:
    yaml = pytest.importorskip("yaml")
    job, _ = map(yaml.safe_load, blocks("yaml"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    (command,) = container["args"]
    assert job["spec"]["completionMode"] == "Indexed"
    assert f'"$JOB_COMPLETION_INDEX/{job["spec"]["completions"]}"' in command


def test_dask_takes_the_settings_that_are_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = pytest.importorskip("dask.config")
    security = pytest.importorskip("distributed.security")
    (tmp_path / "distributed.yaml").write_text(blocks("yaml")[1])
    shown = config.collect(paths=[str(tmp_path)], env={})
    with config.set(config.merge(config.global_config, shown)):
        found = security.Security()
        assert found.require_encryption
        assert found.get_tls_config_for_role("client")["key"] == ("/srv/tls/client.key")

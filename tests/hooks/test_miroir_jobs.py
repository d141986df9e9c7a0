from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from miroir.plugins import PluginManager
from miroir.types.schedule import JobRun

from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_counts_the_files_that_wait(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("miroir-gps-example", {"example_jobs": example("miroir_jobs")})
    plugins = PluginManager.load(enabled=["example_jobs"])
    plugins.check()
    job, provider = plugins.jobs()["acme-count"]
    assert provider.name == "example_jobs"
    assert job.rhythm == "mon-fri 07:15"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "depot").mkdir()
    (tmp_path / "depot" / "a.dsn").touch()
    run = JobRun(
        job="acme-count",
        occurrence="o",
        due_at=datetime.now(UTC),
        stopping=lambda: False,
    )
    assert job.run(run) == "1 files wait in depot"

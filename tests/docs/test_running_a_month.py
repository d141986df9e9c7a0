"""What the YAML of docs/running-a-month.md says to Kubernetes and to dask."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs/running-a-month.md")


def blocks(language: str) -> list[str]:
    found = [block.text for block in PAGE.blocks if block.language == language]
    assert found
    return found


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

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.errors import ConfigurationError
from miroir.plugins import PluginStatus, survey

from tests.plugins.distributions import Site


def _survey(folder: Path, text: str) -> dict[str, PluginStatus]:
    file = folder / "miroir.toml"
    file.write_text(text)
    found = survey(load_settings(file, environ={}))
    return {status.provider.name: status for status in found}


def test_says_of_each_plugin_what_it_gives(tmp_path: Path) -> None:
    found = _survey(tmp_path, "")
    assert list(found) == sorted(found)
    depot = found["dsn-folder"]
    assert (depot.on, depot.problem) == (True, "")
    assert depot.hooks == ("miroir_sources",)
    assert depot.gives == ("source dsn-folder",)


POLICIES = """
import miroir


@miroir.hookimpl
def miroir_thresholds():
    return [miroir.ThresholdPolicy(name="seuils", choose=lambda company: None)]


@miroir.hookimpl
def miroir_ranking():
    return [miroir.Ranking(name="ordre", order=lambda company, own: own)]


@miroir.hookimpl
def miroir_sampling():
    return [miroir.SamplingPolicy(name="tirage", size=lambda gaps: gaps.configured)]
"""


def test_says_which_policies_a_plugin_gives(site: Site, tmp_path: Path) -> None:
    site.install("miroir-acme", {"acme": POLICIES})
    found = _survey(tmp_path, "")
    assert found["acme"].gives == (
        "thresholds seuils",
        "ranking ordre",
        "sampling tirage",
    )


def test_a_broken_plugin_does_not_hide_the_others(site: Site, tmp_path: Path) -> None:
    site.install("miroir-broken", {"broken": "1 / 0"})
    found = _survey(tmp_path, "")
    assert "failed to load: ZeroDivisionError" in found["broken"].problem
    assert found["dsn-folder"].gives == ("source dsn-folder",)


def test_a_plugin_that_is_off_is_only_named(site: Site, tmp_path: Path) -> None:
    site.install("miroir-broken", {"broken": "1 / 0"}, version="3.1")
    found = _survey(tmp_path, "[plugins]\nenabled = []")
    assert found["broken"].on is False
    assert found["broken"].problem == ""
    assert found["broken"].provider.release == "miroir-broken 3.1"


def test_names_the_file_of_a_wrong_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"miroir\.toml: plugins\.enabled: no"):
        _survey(tmp_path, '[plugins]\nenabled = ["gps_acme"]')

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.config.layers import Layers, read_layers
from miroir.errors import ConfigurationError, PluginFailure
from miroir.plugins import PluginManager, configured_sources

from tests.plugins.distributions import Site

PICKY = """
    from dataclasses import dataclass
    import miroir

    @dataclass(frozen=True, kw_only=True)
    class Picky(miroir.DsnSource):
        limit: int = 1
        def __post_init__(self):
            if self.limit < 0: raise ValueError("`limit` is below 0")
            1 // self.limit
        def collect(self, request): return []

    @miroir.hookimpl
    def miroir_sources(): return [miroir.SourceConnector(name="picky", source=Picky)]
"""


def _layers(folder: Path, text: str, **environ: str) -> Layers:
    file = folder / "miroir.toml"
    file.write_text(text, encoding="utf-8")
    return read_layers(file, environ=environ)


def test_keys_are_the_fields_of_the_source(tmp_path: Path) -> None:
    layers = _layers(
        tmp_path,
        '[sources.depot]\nconnector = "dsn-folder"\nfolder = "in"\nstable_seconds = 60',
        MIROIR_SOURCES__DEPOT__PATTERNS='["*.x"]',
    )
    depot = configured_sources(layers, PluginManager.load())["depot"]
    assert depot.connector == "dsn-folder"
    assert depot.provider.name == "dsn-folder"
    assert vars(depot.source) == {
        "folder": tmp_path / "in",
        "patterns": ("*.x",),
        "stable_seconds": 60,
    }


def test_the_connector_may_be_chosen_above_the_file(tmp_path: Path) -> None:
    layers = _layers(
        tmp_path,
        '[sources.a]\nconnector = "dsn-folder"\npath = "a.csv"\n',
        MIROIR_SOURCES__A__CONNECTOR="adhesion-csv",
    )
    built = configured_sources(layers, PluginManager.load())
    assert built["a"].connector == "adhesion-csv"


def test_all_the_problems_of_all_the_sources_at_once(tmp_path: Path) -> None:
    layers = _layers(
        tmp_path,
        """
        [sources.a]
        connector = "dsn-folde"
        [sources.b]
        connector = "dsn-folder"
        foldr = "in"
        stable_seconds = "soon"
        [sources.c]
        folder = "in"
        [sources.d]
        connector = "dsn-folder"
        folder = "in"
        stable_seconds = -1
        """,
    )
    with pytest.raises(ConfigurationError) as caught:
        configured_sources(layers, PluginManager.load())
    file = tmp_path / "miroir.toml"
    place = f"{file}: sources."
    beginnings = (
        "a.connector: no connector is named 'dsn-folde'; did you mean dsn-folder?",
        "b.foldr: unknown key; did you mean sources.b.folder?",
        "b.folder: missing; the connector needs it",
        "b.stable_seconds: expected a valid integer, unable to parse string as an",
        "c.connector: missing; expected the name of a connector, see `miroir plugins",
        "d: `stable_seconds` cannot be negative",
    )
    for problem, beginning in zip(caught.value.problems, beginnings, strict=True):
        assert problem.startswith(place + beginning)


def test_a_source_that_refuses_its_values_is_a_problem_not_a_failure(
    site: Site, tmp_path: Path
) -> None:
    site.install("miroir-gps-acme", {"gps_acme": PICKY})
    plugins = PluginManager.load()
    table = '[sources.p]\nconnector = "picky"\nlimit = '
    with pytest.raises(ConfigurationError, match=r"sources\.p: `limit` is below 0"):
        configured_sources(_layers(tmp_path, f"{table}-1"), plugins)
    with pytest.raises(PluginFailure, match=r"while reading \[sources\.p\]: ZeroDiv"):
        configured_sources(_layers(tmp_path, f"{table}0"), plugins)

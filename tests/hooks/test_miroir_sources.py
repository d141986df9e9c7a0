from __future__ import annotations

from pathlib import Path

from miroir import CollectRequest
from miroir.config.layers import read_layers
from miroir.plugins import PluginManager, configured_sources

from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_collects_the_files_of_its_folder(
    site: Site, tmp_path: Path
) -> None:
    site.install("miroir-gps-example", {"example_sources": example("miroir_sources")})
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.edi").write_bytes(b"S10")
    config = tmp_path / "miroir.toml"
    config.write_text('[sources.depot]\nconnector = "drop"\nfolder = "in"\n')

    plugins = PluginManager.load(enabled=["example_sources"])
    sources = configured_sources(read_layers(config, environ={}), plugins)

    assert sources["depot"].provider.release == "miroir-gps-example 1.0"
    files = list(sources["depot"].source.collect(CollectRequest()))
    assert [(file.name, file.content) for file in files] == [
        (str(folder / "a.edi"), b"S10")
    ]

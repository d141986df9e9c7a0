"""Sending one action through the example of a hook of destinations."""

from __future__ import annotations

from pathlib import Path

from miroir import Intent
from miroir.config.layers import read_layers
from miroir.plugins import PluginManager, configured_destinations

from tests.plugins.distributions import Site

SIREN = "999000243"
INTENT = Intent(key="0123456789abcdef" * 4, siren=SIREN)


def sent_twice(
    site: Site, folder: Path, code: str, connector: str, action: object
) -> Path:
    """The one file that the example made of an action sent twice."""
    site.install("miroir-gps-example", {"example_out": code})
    out = folder / "out"
    out.mkdir()
    file = folder / "miroir.toml"
    table = f'[destinations.there]\nconnector = "{connector}"\nfolder = "out"\n'
    file.write_text(table, encoding="utf-8")
    plugins = PluginManager.load(enabled=["example_out"])
    plugins.check()
    built = configured_destinations(read_layers(file, environ={}), plugins)
    there = built["there"]
    assert (there.connector, there.provider.name) == (connector, "example_out")
    there.destination.check()
    for _ in range(2):
        assert there.destination.send(action, INTENT).id
    (made,) = out.iterdir()
    return made

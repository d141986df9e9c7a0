from __future__ import annotations

from pathlib import Path

import pytest
from miroir.config.layers import read_layers
from miroir.errors import ConfigurationError, DuplicatePluginName, WrongHookResult
from miroir.plugins import PluginManager, configured_destinations

from tests.hooks.destinations import INTENT
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_a_reference_is_short_and_says_whose_it_is() -> None:
    assert INTENT.reference == "MIROIR-0123456789ABCDEF01234567"


def test_two_tables_cannot_take_the_same_actions(site: Site, tmp_path: Path) -> None:
    site.install("miroir-gps-example", {"example_out": example("miroir_mailers")})
    file = tmp_path / "miroir.toml"
    table = 'connector = "pickup"\nfolder = "out"\n'
    file.write_text(f"[destinations.a]\n{table}[destinations.b]\n{table}")
    plugins = PluginManager.load(enabled=["example_out"])
    with pytest.raises(ConfigurationError, match=r"takes the actions «mail» as"):
        configured_destinations(read_layers(file, environ={}), plugins)


def test_a_destination_is_of_the_kind_of_its_hook(site: Site) -> None:
    code = example("miroir_mailers").replace("miroir_mailers()", "miroir_crm_loggers()")
    site.install("miroir-gps-example", {"example_out": code})
    with pytest.raises(WrongHookResult, match="not a subclass of CrmLogger"):
        PluginManager.load(enabled=["example_out"]).check()


def test_names_of_destinations_are_one_namespace(site: Site) -> None:
    code = example("miroir_mailers") + example("miroir_hand_overs").replace(
        '"tray"', '"pickup"'
    )
    site.install("miroir-gps-example", {"example_out": code})
    with pytest.raises(DuplicatePluginName, match="destination connector 'pickup'"):
        PluginManager.load(enabled=["example_out"]).check()

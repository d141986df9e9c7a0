"""Names given twice, or not known: every provider is listed."""

from __future__ import annotations

import pytest
from miroir.errors import ConfigurationError, DuplicatePluginName, PluginLoadError
from miroir.plugins import PluginManager

from tests.errors.plugins import CAUSE, COMMAND, sources
from tests.plugins.distributions import Site


def test_one_plugin_name_in_two_distributions(site: Site) -> None:
    site.install("miroir-gps-acme", {"a": ""}, {"gps_acme": "a"}, version="1.2")
    site.install("miroir-other", {"b": ""}, {"gps_acme": "b"})
    with pytest.raises(DuplicatePluginName) as caught:
        PluginManager.load(disabled=["gps_acme"])
    assert str(caught.value) == (
        "Plugin 'gps_acme' is given more than once, by miroir-gps-acme 1.2 (plugin "
        "'gps_acme') and by miroir-other 1.0 (plugin 'gps_acme'). Uninstall one, or "
        "rename its entry point."
    )


def test_one_module_under_two_plugin_names(site: Site) -> None:
    site.install("miroir-gps-acme", {"a": COMMAND}, {"one": "a", "two": "a"})
    with pytest.raises(PluginLoadError, match=r"'two' \(miroir-gps-acme 1.0\) failed"):
        PluginManager.load()


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (COMMAND, COMMAND, "The command 'etat'"),
        (
            sources("return [miroir.SourceConnector(name='drop', source=Drop)]"),
            sources("return [miroir.SourceConnector(name='drop', source=Drop)]"),
            "The connector 'drop'",
        ),
        (
            CAUSE.format(label="l", name="d"),
            CAUSE.format(label="l", name="d"),
            "The diagnostic 'd'",
        ),
        (
            CAUSE.format(label="l", name="d"),
            CAUSE.format(label="another", name="e"),
            "The cause 'HORIZON'",
        ),
    ],
)
def test_one_thing_given_by_two_plugins(
    site: Site, first: str, second: str, what: str
) -> None:
    site.install("miroir-gps-acme", {"gps_acme": first}, version="1.2")
    site.install("miroir-other", {"other": second})
    with pytest.raises(DuplicatePluginName) as caught:
        PluginManager.load().check()
    assert str(caught.value) == (
        f"{what} is given more than once, by miroir-gps-acme 1.2 (plugin 'gps_acme') "
        "and by miroir-other 1.0 (plugin 'other'). Uninstall one, or rename it in one "
        "of them."
    )


@pytest.mark.parametrize("key", ["enabled", "disabled"])
def test_a_plugin_that_is_not_installed(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        if key == "enabled":
            PluginManager.load(enabled=["gps_acme"], where="miroir.toml")
        else:
            PluginManager.load(disabled=["gps_acme"], where="miroir.toml")
    assert str(caught.value).startswith(
        f"miroir.toml: plugins.{key}: no plugin 'gps_acme' is installed; installed: "
        "adhesion-csv, adhesion-registry, campaign-file, "
    )
    assert str(caught.value).endswith(". Install it, or correct the name.")


def test_a_plugin_both_enabled_and_disabled() -> None:
    with pytest.raises(ConfigurationError, match="'dsn-folder' is also in plugins"):
        PluginManager.load(enabled=["dsn-folder"], disabled=["dsn-folder"])

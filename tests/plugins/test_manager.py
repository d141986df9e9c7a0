from __future__ import annotations

from collections.abc import Collection

import pytest
from miroir.plugins import PluginManager

from tests.plugins.distributions import Site

COMMAND = """
    import click, miroir

    @click.command("{name}")
    def command(): pass

    @miroir.hookimpl
    def miroir_commands(): return [command]
"""


def _install(site: Site, *names: str) -> None:
    for name in names:
        site.install(f"miroir-{name}", {name: COMMAND.format(name=name)})


def test_our_own_connectors_come_through_the_same_door() -> None:
    sources = PluginManager.load().sources()
    ours = {
        name: given.provider.name
        for name, given in sources.items()
        if given.provider.builtin
    }
    for name in ("adhesion-csv", "campaign-file", "dsn-folder", "task-file"):
        assert ours[name] == name


@pytest.mark.parametrize(
    ("enabled", "disabled", "on"),
    [
        (None, (), {"alpha", "beta"}),
        (["beta"], (), {"beta"}),
        ([], (), set()),
        (None, ["beta"], {"alpha"}),
        (["alpha"], ["beta"], {"alpha"}),
    ],
)
def test_which_plugins_are_on(
    site: Site,
    enabled: Collection[str] | None,
    disabled: Collection[str],
    on: set[str],
) -> None:
    _install(site, "alpha", "beta")
    plugins = PluginManager.load(enabled=enabled, disabled=disabled)
    names = {loaded.provider.name for loaded in plugins.loaded}
    assert names & {"alpha", "beta"} == on
    assert "dsn-folder" in names, "built-in plugins stay on"


def test_a_builtin_plugin_is_off_once_disabled() -> None:
    plugins = PluginManager.load(disabled=["dsn-folder"])
    assert "dsn-folder" not in plugins.sources()
    assert "adhesion-csv" in plugins.sources()


def test_a_plugin_that_is_off_is_not_imported(site: Site) -> None:
    site.install("miroir-broken", {"broken": "1 / 0"})
    _install(site, "alpha")
    assert "alpha" in PluginManager.load(disabled=["broken"]).commands()
    assert "alpha" in PluginManager.load(enabled=["alpha"]).commands()


def test_everything_is_in_the_order_of_names(site: Site) -> None:
    _install(site, "gamma", "alpha", "beta")
    plugins = PluginManager.load()
    names = [loaded.provider.name for loaded in plugins.loaded]
    assert names == sorted(names)
    commands = list(plugins.commands())
    assert commands == sorted(commands)
    diagnostics = [given.value.name for given in plugins.diagnostics()]
    assert diagnostics == sorted(diagnostics)


def test_a_hook_is_called_once_whatever_is_asked(site: Site) -> None:
    site.install(
        "miroir-counting",
        {
            "counting": """
    import miroir
    calls = []

    @miroir.hookimpl
    def miroir_sources():
        calls.append(1)
        return []
"""
        },
    )
    plugins = PluginManager.load()
    plugins.sources()
    plugins.sources()
    import counting  # type: ignore[import-not-found]

    assert counting.calls == [1]

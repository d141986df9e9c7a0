"""The commands that plugins add. Reads the configuration without validating
it, which would take longer than all the rest of `miroir --help`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from miroir.config.layers import Layers, read_layers
from miroir.errors import ConfigurationError, DuplicatePluginName
from miroir.plugins.discovery import installed_plugins

if TYPE_CHECKING:
    from click import Command

    from miroir.plugins.provider import Provided


def find(
    config: Path | None, builtin: Collection[str]
) -> Mapping[str, Provided[Command]]:
    """Commands of the plugins that are on; built-in plugins have none."""
    installed = installed_plugins()
    if all(plugin.provider.builtin for plugin in installed):
        return {}
    from miroir.plugins.manager import PluginManager
    from miroir.plugins.selection import check_names, is_on

    layers = read_layers(config)
    if layers.problems:
        raise ConfigurationError(layers.problems)
    enabled, disabled = _names(layers, "enabled"), _names(layers, "disabled") or ()
    check_names(installed, enabled, disabled, layers.origin(("plugins",)).place)
    commands = PluginManager(
        plugin
        for plugin in installed
        if not plugin.provider.builtin and is_on(plugin, enabled, disabled)
    ).commands()
    for name in sorted({*commands} & {*builtin}):
        raise DuplicatePluginName(
            f"Plugin {commands[name].provider} gives the command '{name}', which "
            "Miroir has already. Rename it in the plugin."
        )
    return commands


def _names(layers: Layers, key: str) -> Collection[str] | None:
    value = layers.entry(("plugins", key)).value
    if value is None:
        return None
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    from miroir.config.loading import validate

    validate(layers)  # says what is wrong with it
    raise ConfigurationError([f"plugins.{key}: expected a list of plugin names"])

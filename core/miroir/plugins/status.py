"""The state of every installed plugin, broken ones included."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miroir.errors import PluginError
from miroir.plugins.discovery import Installed, installed_plugins
from miroir.plugins.manager import PluginManager
from miroir.plugins.provider import Provider
from miroir.plugins.selection import check_names, is_on

if TYPE_CHECKING:
    from miroir.config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStatus:
    """One installed plugin: on or off, what it implements, what it gives.

    `problem` is empty when the plugin is off or can be used. `gives` holds
    lines such as «source dsn-folder».
    """

    provider: Provider
    on: bool
    hooks: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    problem: str = ""


def survey(settings: Settings) -> Sequence[PluginStatus]:
    """Try each installed plugin by itself, by name.

    Raises DuplicatePluginName and ConfigurationError. What only shows between
    plugins, such as a connector given twice, is raised by `PluginManager`.
    """
    installed = installed_plugins()
    enabled, disabled = settings.plugins.enabled, settings.plugins.disabled
    check_names(installed, enabled, disabled, settings.origin("plugins").place)
    return [_status(plugin, is_on(plugin, enabled, disabled)) for plugin in installed]


def _status(plugin: Installed, on: bool) -> PluginStatus:
    if not on:
        return PluginStatus(provider=plugin.provider, on=False)
    try:
        manager = PluginManager([plugin])
        return PluginStatus(
            provider=plugin.provider,
            on=True,
            hooks=manager.loaded[0].hooks,
            gives=tuple(gives(manager)),
        )
    except PluginError as error:
        return PluginStatus(provider=plugin.provider, on=True, problem=str(error))


def gives(manager: PluginManager) -> Iterator[str]:
    """Lines such as «source dsn-folder»: what plugins give, by kind."""
    for name in manager.sources():
        yield f"source {name}"
    for given in manager.diagnostics():
        yield f"diagnostic {given.value.name}"
    for name in manager.commands():
        yield f"command {name}"
    if thresholds := manager.threshold_policy():
        yield f"thresholds {thresholds.value.name}"
    if ranking := manager.ranking():
        yield f"ranking {ranking.value.name}"
    if sampling := manager.sampling():
        yield f"sampling {sampling.value.name}"
    for name in manager.jobs():
        yield f"job {name}"
    for rule in manager.follow_ups():
        yield f"follow-up rule {rule.value.name}"
    for name, destination in manager.destinations().items():
        yield f"{destination.value.destination.kind.replace('_', ' ')} {name}"


def deprecations_used(settings: Settings) -> Iterator[str]:
    """What the plugins that are on use and will go, at the lines of their code."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always", DeprecationWarning)
        PluginManager.from_settings(settings)
    for each in given:
        yield f"{each.filename}:{each.lineno}: {each.message}"

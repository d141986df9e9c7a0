"""The sources of the configuration, built by the connectors they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from miroir.errors import ConfigurationError
from miroir.plugins.guarding import guard
from miroir.plugins.manager import PluginManager
from miroir.plugins.provider import Provider

if TYPE_CHECKING:
    from miroir.config.layers import Layers
    from miroir.types.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredSource:
    """One table `[sources.<name>]`, ready to collect."""

    name: str
    connector: str
    provider: Provider
    source: Source
    layers: Layers | None = None
    """Where its table was read; None when it stands in no file."""

    def at_fault(self, error: ConfigurationError) -> ConfigurationError:
        """What it refused of its table when at work: with the file and the key."""
        from miroir.config.connecting import SOURCES, laid_at

        if self.layers is None:
            return error
        return laid_at(self.layers, (SOURCES, self.name), error)


def configured_sources(
    layers: Layers, plugins: PluginManager
) -> Mapping[str, ConfiguredSource]:
    """Build every source of the configuration, by name.

    `layers` is `settings.layers`. Raises ConfigurationError with all the
    problems of all the sources, and PluginFailure when a plugin breaks.
    """
    from miroir.config.connecting import SOURCES, bind, chosen_connector, table_names

    built: dict[str, ConfiguredSource] = {}
    problems: list[str] = []
    connectors = plugins.sources()
    for name in table_names(layers, SOURCES):
        table = (SOURCES, name)
        try:
            connector = chosen_connector(layers, table, connectors)
            given = connectors[connector]
            source = guard(
                given.provider,
                f"reading [sources.{name}]",
                partial(bind, layers, table, given.value.source),
                through=(ConfigurationError,),
            )
        except ConfigurationError as error:
            problems.extend(error.problems)
            continue
        built[name] = ConfiguredSource(
            name=name,
            connector=connector,
            provider=given.provider,
            source=source,
            layers=layers,
        )
    if problems:
        raise ConfigurationError(problems)
    return built

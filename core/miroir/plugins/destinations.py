"""The destinations of the configuration, built by the connectors they name."""

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
    from miroir.types.delivery import Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredDestination:
    """One table `[destinations.<name>]`, ready to send."""

    name: str
    connector: str
    provider: Provider
    destination: Destination[object]
    layers: Layers | None = None
    """Where its table was read; None when it stands in no file."""

    @property
    def kind(self) -> str:
        """The kind of action that it takes."""
        return self.destination.kind

    def at_fault(self, error: ConfigurationError) -> ConfigurationError:
        """What it refused of its table when at work: with the file and the key."""
        from miroir.config.connecting import DESTINATIONS, laid_at

        if self.layers is None:
            return error
        return laid_at(self.layers, (DESTINATIONS, self.name), error)


def configured_destinations(
    layers: Layers, plugins: PluginManager
) -> Mapping[str, ConfiguredDestination]:
    """Build every destination of the configuration, by name.

    Raises ConfigurationError with all the problems of all of them, two tables
    that take one kind of action among them, and PluginFailure when a plugin
    breaks.
    """
    from miroir.config.connecting import DESTINATIONS, table_names

    built: dict[str, ConfiguredDestination] = {}
    problems: list[str] = []
    for name in table_names(layers, DESTINATIONS):
        try:
            built[name] = _build(layers, plugins, name)
        except ConfigurationError as error:
            problems.extend(error.problems)
    problems.extend(_given_twice(layers, built))
    if problems:
        raise ConfigurationError(problems)
    return built


def _build(layers: Layers, plugins: PluginManager, name: str) -> ConfiguredDestination:
    from miroir.config.connecting import DESTINATIONS, bind, chosen_connector

    table = (DESTINATIONS, name)
    connectors = plugins.destinations()
    connector = chosen_connector(layers, table, connectors)
    given = connectors[connector]
    destination = guard(
        given.provider,
        f"reading [destinations.{name}]",
        partial(bind, layers, table, given.value.destination),
        through=(ConfigurationError,),
    )
    return ConfiguredDestination(
        name=name,
        connector=connector,
        provider=given.provider,
        destination=destination,
        layers=layers,
    )


def _given_twice(
    layers: Layers, built: Mapping[str, ConfiguredDestination]
) -> list[str]:
    from miroir.config.connecting import DESTINATIONS
    from miroir.config.problems import problem

    first: dict[str, str] = {}
    problems = []
    for name, configured in built.items():
        other = first.setdefault(configured.kind, name)
        if other != name:
            what = (
                f"takes the actions «{configured.kind}» as [destinations.{other}] "
                "does; keep one of them"
            )
            problems.append(problem(layers, (DESTINATIONS, name), what))
    return problems

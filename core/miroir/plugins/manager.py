"""The plugins that are on, and what they give, by name."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar

from miroir.errors import DuplicatePluginName
from miroir.plugins.containment import Containment, containment_of
from miroir.plugins.contract import (
    COMMANDS,
    DESTINATIONS,
    DIAGNOSTICS,
    FOLLOW_UPS,
    JOBS,
    RANKING,
    SAMPLING,
    SOURCES,
    THRESHOLDS,
    Contract,
)
from miroir.plugins.discovery import Installed, duplicate, installed_plugins
from miroir.plugins.guarding import guard
from miroir.plugins.loading import Loaded, load, new_registry
from miroir.plugins.provider import Provided
from miroir.plugins.selection import check_names, is_on
from miroir.plugins.tracing import HookTrace

if TYPE_CHECKING:
    from click import Command

    from miroir.config.settings import Settings
    from miroir.types.delivery import Destination, DestinationConnector
    from miroir.types.diagnosis import Cause, Diagnostic
    from miroir.types.policies import Ranking, SamplingPolicy, ThresholdPolicy
    from miroir.types.schedule import FollowUpRule, Job
    from miroir.types.source import SourceConnector

    AnyDestination = DestinationConnector[Destination[object]]

T = TypeVar("T")
log = logging.getLogger(__name__)


class PluginManager:
    """Plugins loaded and checked. Each hook is called once, plugin by plugin.

    Everything is in the order of names, so that two runs are the same.
    """

    def __init__(
        self, installed: Iterable[Installed], containment: Containment | None = None
    ) -> None:
        """Load these plugins; raises the first PluginError met.

        `containment` is where what they give is to run.
        """
        self.containment = containment or Containment()
        self._registry = new_registry()
        self._loaded = tuple(
            load(plugin, self._registry)
            for plugin in sorted(installed, key=lambda plugin: plugin.name)
        )

    @classmethod
    def load(
        cls,
        *,
        enabled: Collection[str] | None = None,
        disabled: Collection[str] = (),
        where: str = "[plugins]",
        containment: Containment | None = None,
    ) -> Self:
        """Load the installed plugins that are on.

        Without arguments: all of them. `where` names the place of the two
        lists in messages about them.
        """
        installed = installed_plugins()
        named = containment.terms.modes if containment else ()
        check_names(installed, enabled, disabled, where, isolated=named)
        on = (item for item in installed if is_on(item, enabled, disabled))
        return cls(on, containment)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Load the plugins that the configuration switches on."""
        return cls.load(
            enabled=settings.plugins.enabled,
            disabled=settings.plugins.disabled,
            where=settings.origin("plugins").place,
            containment=containment_of(settings),
        )

    def close(self) -> None:
        """End their processes, and say who was set aside and what is not done."""
        self.containment.close()
        for line in self.containment.conduct.told():
            log.error("%s", line)

    @property
    def loaded(self) -> Sequence[Loaded]:
        """The plugins, by name."""
        return self._loaded

    def sources(self) -> Mapping[str, Provided[SourceConnector]]:
        """Connectors by name, each with its plugin."""
        return self._sources

    def diagnostics(self) -> Sequence[Provided[Diagnostic]]:
        """Diagnostics in the order of their names, each with its plugin."""
        return tuple(self._diagnostics.values())

    def commands(self) -> Mapping[str, Provided[Command]]:
        """Commands of the command line by name, each with its plugin."""
        return self._commands

    def threshold_policy(self) -> Provided[ThresholdPolicy] | None:
        """What chooses the thresholds of a company, and its plugin."""
        return self._thresholds

    def ranking(self) -> Provided[Ranking] | None:
        """What orders diagnoses, and its plugin."""
        return self._ranking

    def sampling(self) -> Provided[SamplingPolicy] | None:
        """What chooses how many gaps are studied, and its plugin."""
        return self._sampling

    def jobs(self) -> Mapping[str, Provided[Job]]:
        """Jobs of the schedule by name, each with its plugin."""
        return self._jobs

    def follow_ups(self) -> Sequence[Provided[FollowUpRule]]:
        """Follow-up rules in the order of their names, each with its plugin."""
        return tuple(self._follow_ups.values())

    def destinations(self) -> Mapping[str, Provided[AnyDestination]]:
        """Connectors of every kind of destination by name, each with its plugin."""
        return self._destinations

    def check(self) -> None:
        """Ask every hook now; raises the first PluginError met."""
        self.sources()
        self.diagnostics()
        self.commands()
        self.threshold_policy()
        self.ranking()
        self.sampling()
        self.jobs()
        self.follow_ups()
        self.destinations()

    @cached_property
    def _sources(self) -> Mapping[str, Provided[SourceConnector]]:
        return self._named(SOURCES, lambda connector: connector.name)

    @cached_property
    def _diagnostics(self) -> Mapping[str, Provided[Diagnostic]]:
        found = self._named(DIAGNOSTICS, lambda diagnostic: diagnostic.name)
        _refuse_two_meanings(found.values())
        return found

    @cached_property
    def _commands(self) -> Mapping[str, Provided[Command]]:
        return self._named(COMMANDS, lambda command: command.name or "")

    @cached_property
    def _thresholds(self) -> Provided[ThresholdPolicy] | None:
        return self._only(THRESHOLDS)

    @cached_property
    def _ranking(self) -> Provided[Ranking] | None:
        return self._only(RANKING)

    @cached_property
    def _sampling(self) -> Provided[SamplingPolicy] | None:
        return self._only(SAMPLING)

    def _only(self, contract: Contract[T]) -> Provided[T] | None:
        """The one that is given: two could not both decide."""
        given = list(self._call(contract))
        if len(given) > 1:
            raise _given_twice(contract.noun, given, "switch one of them off")
        return given[0] if given else None

    @cached_property
    def _jobs(self) -> Mapping[str, Provided[Job]]:
        return self._named(JOBS, lambda job: job.name)

    @cached_property
    def _follow_ups(self) -> Mapping[str, Provided[FollowUpRule]]:
        return self._named(FOLLOW_UPS, lambda rule: rule.name)

    @cached_property
    def _destinations(self) -> Mapping[str, Provided[AnyDestination]]:
        given = (item for contract in DESTINATIONS for item in self._call(contract))
        return _by_name(given, "destination connector", lambda item: item.name)

    def _named(
        self, contract: Contract[T], name_of: Callable[[T], str]
    ) -> Mapping[str, Provided[T]]:
        return _by_name(self._call(contract), contract.noun, name_of)

    def _call(self, contract: Contract[T]) -> Iterator[Provided[T]]:
        # Never `registry.hook.x()`: it would not say which plugin failed.
        implementations = getattr(self._registry.hook, contract.hook).get_hookimpls()
        for loaded in self._loaded:
            for implementation in implementations:
                if implementation.plugin is not loaded.plugin:
                    continue
                trace = HookTrace(contract.hook, loaded.provider)
                result = guard(
                    loaded.provider, f"calling {contract.hook}", implementation.function
                )
                items = contract.check(result, loaded.provider)
                trace.gave(items)
                for item in items:
                    yield Provided(item, loaded.provider)


def _by_name(
    given: Iterable[Provided[T]], noun: str, name_of: Callable[[T], str]
) -> Mapping[str, Provided[T]]:
    by_name: defaultdict[str, list[Provided[T]]] = defaultdict(list)
    for item in given:
        by_name[name_of(item.value)].append(item)
    for name in sorted(by_name):
        if len(by_name[name]) > 1:
            raise _given_twice(f"{noun} '{name}'", by_name[name])
    return {name: by_name[name][0] for name in sorted(by_name)}


def _given_twice(
    what: str, same: Iterable[Provided[T]], remedy: str = "rename it in one of them"
) -> DuplicatePluginName:
    providers = [given.provider for given in same]
    return duplicate(f"The {what}", providers, remedy)


def _refuse_two_meanings(diagnostics: Iterable[Provided[Diagnostic]]) -> None:
    """Two diagnostics may share a cause, but only under the same definition."""
    known: dict[str, Provided[Cause]] = {}
    for diagnostic, provider in diagnostics:
        for cause in diagnostic.causes:
            first = known.setdefault(cause.id, Provided(cause, provider))
            if first.value != cause:
                raise _given_twice(
                    f"cause '{cause.id}'", (first, Provided(cause, provider))
                )

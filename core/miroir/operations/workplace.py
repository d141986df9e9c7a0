"""Everything a configured command works with, opened together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from miroir.config.settings import Settings
from miroir.dossier.rules import Rules
from miroir.operations.dossiers.configured import rules_of
from miroir.operations.trace.rules import versions_of
from miroir.pipeline import Knowledge
from miroir.plugins.destinations import (
    ConfiguredDestination,
    configured_destinations,
)
from miroir.plugins.judging import Judging
from miroir.plugins.manager import PluginManager
from miroir.plugins.sources import ConfiguredSource, configured_sources
from miroir.privacy import Keys, load_keys
from miroir.source.archive import Archive
from miroir.store.database import Store
from miroir.types.adhesion import AdhesionCondition
from miroir.types.campaign import CampaignLine


def utc_now() -> datetime:
    """The clock of a workplace, unless it is given another one."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The configuration put to work. `clock` gives the present moment."""

    settings: Settings
    plugins: PluginManager
    keys: Keys
    store: Store
    archive: Archive
    sources: Mapping[str, ConfiguredSource]
    destinations: Mapping[str, ConfiguredDestination]
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def rules(self) -> Rules:
        """How dossiers are worked here."""
        return rules_of(self.settings)

    @property
    def sends(self) -> frozenset[str]:
        """The kinds of action for which a destination is configured."""
        return frozenset(each.kind for each in self.destinations.values())

    def knowledge(
        self,
        conditions: Sequence[AdhesionCondition],
        campaign: Sequence[CampaignLine] = (),
    ) -> Knowledge:
        """What an analysis needs; conditions are known once a source gives
        them, even when it gives none for a company."""
        given = any(each.source.kind == "adhesion" for each in self.sources.values())
        return Knowledge(
            diagnostics=self.plugins.diagnostics(),
            conditions=conditions if conditions or given else None,
            tolerance=self.settings.gap.tolerance_cents,
            campaign=campaign,
            containment=self.plugins.containment,
            judging=Judging.of(
                self.plugins,
                self.settings.diagnosis.thresholds,
                self.settings.sampling.size,
            ),
        )


@contextmanager
def opened(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    *,
    collecting: bool = True,
) -> Iterator[Workplace]:
    """Open plugins, sources, destinations, keys and store; close the store at the end.

    Without `collecting` there are no sources: what they need, such as a key, is
    not asked for.

    Raises ConfigurationError, PluginError, KeyFileError or StoreError.
    """
    with closing(PluginManager.from_settings(settings)) as plugins:
        yield from _opened(settings, plugins, clock, collecting)


def _opened(
    settings: Settings,
    plugins: PluginManager,
    clock: Callable[[], datetime],
    collecting: bool,
) -> Iterator[Workplace]:
    sources = configured_sources(settings.layers, plugins) if collecting else {}
    destinations = configured_destinations(settings.layers, plugins)
    keys = load_keys(settings.keys.file)
    versions = versions_of(settings, plugins)
    with Store.open(settings.store.url, keys, versions) as store:
        yield Workplace(
            settings=settings,
            plugins=plugins,
            keys=keys,
            store=store,
            archive=Archive(settings.archive),
            sources=sources,
            destinations=destinations,
            clock=clock,
        )

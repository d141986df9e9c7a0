"""Finding the entry points of group `miroir`, sorted, none hidden by another.

`pluggy.load_setuptools_entrypoints` drops the second plugin of the same name
without a word, hence this reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from itertools import groupby

from miroir.errors import DuplicatePluginName
from miroir.plugins.provider import Provider

GROUP = "miroir"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A plugin found on this machine, not loaded yet."""

    provider: Provider
    entry_point: EntryPoint

    @property
    def name(self) -> str:
        return self.provider.name


def installed_plugins() -> Sequence[Installed]:
    """Every plugin installed, by name; raises DuplicatePluginName."""
    found = sorted(
        map(_installed, entry_points(group=GROUP)), key=lambda item: item.provider
    )
    for name, group in groupby(found, key=lambda item: item.name):
        same = [item.provider for item in group]
        if len(same) > 1:
            raise duplicate(f"Plugin '{name}'", same, "rename its entry point")
    return found


def duplicate(
    what: str, providers: Iterable[Provider], remedy: str
) -> DuplicatePluginName:
    """The error for one name given twice: it lists every provider."""
    named = sorted({f"{item.release} (plugin '{item.name}')" for item in providers})
    return DuplicatePluginName(
        f"{what} is given more than once, by {' and by '.join(named)}. "
        f"Uninstall one, or {remedy}."
    )


def _installed(entry_point: EntryPoint) -> Installed:
    dist = entry_point.dist
    provider = Provider(
        name=entry_point.name,
        distribution=dist.name if dist else "an unknown distribution",
        version=dist.version if dist else "",
    )
    return Installed(provider=provider, entry_point=entry_point)

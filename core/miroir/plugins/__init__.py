"""Finding the plugins, checking what they give, and naming who failed.

`PluginManager` holds the plugins that are on. Names are loaded when they are
first used: `miroir --help` only needs to know what is installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miroir.plugins.destinations import (
        ConfiguredDestination,
        configured_destinations,
    )
    from miroir.plugins.guarding import guard, guard_each
    from miroir.plugins.manager import PluginManager
    from miroir.plugins.provider import Provided, Provider
    from miroir.plugins.sources import ConfiguredSource, configured_sources
    from miroir.plugins.status import PluginStatus, survey

_WHERE = {
    "ConfiguredDestination": "destinations",
    "ConfiguredSource": "sources",
    "PluginManager": "manager",
    "PluginStatus": "status",
    "Provided": "provider",
    "Provider": "provider",
    "configured_destinations": "destinations",
    "configured_sources": "sources",
    "guard": "guarding",
    "guard_each": "guarding",
    "survey": "status",
}

__all__ = [
    "ConfiguredDestination",
    "ConfiguredSource",
    "PluginManager",
    "PluginStatus",
    "Provided",
    "Provider",
    "configured_destinations",
    "configured_sources",
    "guard",
    "guard_each",
    "survey",
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'miroir.plugins' has no attribute {name!r}")
    return getattr(import_module(f"miroir.plugins.{_WHERE[name]}"), name)

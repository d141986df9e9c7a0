"""Loading one plugin: a failure says who, which release, why and what to do."""

from __future__ import annotations

import difflib
import inspect
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pluggy

from miroir import hookspecs
from miroir.deprecation import (
    HOOKS_VERSION,
    MiroirDeprecationWarning,
    Thing,
    deprecated,
)
from miroir.errors import PluginLoadError, UnknownHook
from miroir.plugins.discovery import Installed
from miroir.plugins.provider import Provider
from miroir.privacy import mask

PROJECT = "miroir"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A plugin whose module was imported and whose hooks exist."""

    provider: Provider
    plugin: object
    hooks: tuple[str, ...]


def hook_names() -> tuple[str, ...]:
    """The hooks of this version of Miroir, by name."""
    return tuple(sorted(name for name in vars(hookspecs) if name.startswith("miroir_")))


def new_registry() -> pluggy.PluginManager:
    """A registry of pluggy that knows every hook and no plugin."""
    registry = pluggy.PluginManager(PROJECT)
    registry.add_hookspecs(hookspecs)
    return registry


def load(installed: Installed, registry: pluggy.PluginManager) -> Loaded:
    """Import a plugin and register it; raises PluginLoadError or UnknownHook."""
    provider = installed.provider
    try:
        plugin = installed.entry_point.load()
    except (Exception, SystemExit) as error:
        reason = str(error) if isinstance(error, ImportError) else repr(error)
        raise _load_error(
            provider, mask(reason).rstrip("."), "Install what it needs"
        ) from error
    return register(provider, plugin, registry)


def register(
    provider: Provider, plugin: object, registry: pluggy.PluginManager
) -> Loaded:
    """Give an imported plugin to pluggy, once every mistake in it is excluded."""
    try:
        registry.register(plugin, name=provider.name)
    except (pluggy.PluginValidationError, ValueError) as error:
        raise _load_error(provider, mask(str(error)), "Correct the plugin") from error
    hooks = tuple(sorted(_hooks(plugin, registry)))
    for hook in hooks:
        if hook not in hook_names():
            raise UnknownHook(_unknown_hook(provider, hook))
    for mistake in _mistakes(plugin, registry, hooks):
        raise _load_error(provider, mistake, "Correct the plugin")
    _require_version(provider, plugin)
    _warn(plugin, hooks)
    return Loaded(provider=provider, plugin=plugin, hooks=hooks)


def _require_version(provider: Provider, plugin: object) -> None:
    wanted = getattr(plugin, "MIROIR_HOOKS", HOOKS_VERSION)
    if isinstance(wanted, int) and wanted > HOOKS_VERSION:
        reason = (
            f"it is written for version {wanted} of the hooks, and this Miroir has "
            f"version {HOOKS_VERSION}"
        )
        raise _load_error(provider, reason, "Install a later Miroir")


def _warn(plugin: object, hooks: tuple[str, ...]) -> None:
    """Say what will go, at the line of the function that uses it."""
    for hook in hooks:
        told = deprecated(Thing.HOOK, hook)
        if told is None:
            continue
        code = inspect.unwrap(getattr(plugin, hook)).__code__
        warnings.warn_explicit(
            MiroirDeprecationWarning(str(told)),
            category=MiroirDeprecationWarning,
            filename=code.co_filename,
            lineno=code.co_firstlineno,
        )


def _hooks(plugin: object, registry: pluggy.PluginManager) -> Iterator[str]:
    for caller in registry.get_hookcallers(plugin) or ():
        yield caller.name


def _mistakes(
    plugin: object, registry: pluggy.PluginManager, hooks: tuple[str, ...]
) -> Iterator[str]:
    for name in hook_names():
        if name not in hooks and callable(getattr(plugin, name, None)):
            yield f"{name} has no @miroir.hookimpl above it"
    for caller in registry.get_hookcallers(plugin) or ():
        for impl in caller.get_hookimpls():
            if impl.plugin is plugin and (impl.wrapper or impl.hookwrapper):
                yield f"{caller.name} is a wrapper; a hook of Miroir returns a list"
    if not hooks:
        yield f"it implements no hook; there are {', '.join(hook_names())}"


def _unknown_hook(provider: Provider, hook: str) -> str:
    known = hook_names()
    near = difflib.get_close_matches(hook, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}."
    return (
        f"Plugin {provider} implements '{hook}', which is no hook of this "
        f"version of Miroir; {hint}"
    )


def _load_error(provider: Provider, reason: str, remedy: str) -> PluginLoadError:
    return PluginLoadError(
        f"Plugin {provider} failed to load: {reason}. {remedy}, or switch the "
        f'plugin off with [plugins] disabled = ["{provider.name}"].'
    )

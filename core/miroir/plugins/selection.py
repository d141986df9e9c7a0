"""Which plugins are on: `[plugins] enabled` and `disabled`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from miroir.errors import ConfigurationError
from miroir.plugins.discovery import Installed


def is_on(
    plugin: Installed, enabled: Collection[str] | None, disabled: Collection[str]
) -> bool:
    """Built-in plugins are on unless disabled; others also have to be named,
    once `enabled` is there at all."""
    if plugin.name in disabled:
        return False
    return enabled is None or plugin.provider.builtin or plugin.name in enabled


def check_names(
    installed: Sequence[Installed],
    enabled: Collection[str] | None,
    disabled: Collection[str],
    where: str = "[plugins]",
    isolated: Collection[str] = (),
) -> None:
    """Raise ConfigurationError when a name is unknown or contradicts itself.

    `isolated`: those whose isolation is chosen one by one.
    """
    problems = list(_problems(installed, enabled or (), disabled, isolated))
    if problems:
        raise ConfigurationError(f"{where}: {problem}" for problem in problems)


def _problems(
    installed: Sequence[Installed],
    enabled: Collection[str],
    disabled: Collection[str],
    isolated: Collection[str],
) -> Iterator[str]:
    names = [plugin.name for plugin in installed]
    for key, listed in (
        ("enabled", enabled),
        ("disabled", disabled),
        ("isolation_of", isolated),
    ):
        for name in listed:
            if name not in names:
                yield (
                    f"plugins.{key}: no plugin '{name}' is installed; installed: "
                    f"{', '.join(names)}. Install it, or correct the name."
                )
    for name in sorted({*enabled} & {*disabled}):
        yield (
            f"plugins.disabled: '{name}' is also in plugins.enabled; "
            "keep it in one of the two."
        )

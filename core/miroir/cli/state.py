"""What the commands share: the configuration asked for, and its reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from miroir.config.settings import Settings
    from miroir.plugins import PluginManager, Provided

C = TypeVar("C", bound=Callable[..., Any])


@dataclass(slots=True)
class State:
    """One run of `miroir`: its options, the commands that plugins gave."""

    config: Path | None = None
    debug: bool = False
    plugin_commands: Mapping[str, Provided[click.Command]] | None = None


def current_state() -> State:
    """The state of the command that is running."""
    return click.get_current_context().ensure_object(State)


def config_option(command: C) -> C:
    """Give a command `--config FILE`; `miroir --config FILE` is the same."""

    def remember(ctx: click.Context, _: click.Parameter, file: Path | None) -> None:
        if file is not None:
            ctx.ensure_object(State).config = file

    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=remember,
        help="The configuration; else $MIROIR_CONFIG, ./miroir.toml, "
        "./config/miroir.toml, /etc/miroir/miroir.toml.",
    )(command)


def debug_option(command: C) -> C:
    """Give the group of all commands `--debug`."""

    # Taken while parsing: commands of plugins are searched before the callback.
    def remember(ctx: click.Context, _: click.Parameter, debug: bool) -> None:
        ctx.ensure_object(State).debug = debug

    return click.option(
        "--debug",
        is_flag=True,
        envvar="MIROIR_DEBUG",
        expose_value=False,
        callback=remember,
        help="Show where an error comes from (also MIROIR_DEBUG=1).",
    )(command)


def current_settings(*, required: bool = True) -> Settings:
    """Read the configuration and set up the logs; ConfigurationError."""
    from miroir.cli.logs import set_up
    from miroir.config.loading import load_settings

    settings = load_settings(current_state().config, required=required)
    set_up(settings.logging.level, settings.logging.format)
    return settings


def current_plugins(settings: Settings) -> PluginManager:
    """Load the plugins that the configuration switches on; PluginError."""
    from miroir.plugins import PluginManager

    return PluginManager.from_settings(settings)


def installed_plugins() -> PluginManager:
    """Load every plugin that is installed, until the command ends; PluginError."""
    from miroir.plugins import PluginManager

    plugins = PluginManager.load()
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(plugins.close)
    return plugins

"""The group of all commands: built-in ones by name, those of plugins on demand.

Errors come out here as one line, without traceback unless it is asked for.
"""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from miroir.cli.state import State
from miroir.errors import ConfigurationError, MiroirError

if TYPE_CHECKING:
    from miroir.plugins import Provided

INTERRUPTED = 130


class CleanError(click.ClickException):
    """An error as its user reads it: «Error: …», exit code 1."""


class ConfigurationRefused(CleanError):
    """The same, exit code 4."""

    exit_code = 4


class CommandGroup(click.Group):
    """Commands below one name, each in a module that is imported when it is used.

    `known`: by name, «module:attribute» in `package`, and a summary; listed in
    that order.
    """

    def __init__(
        self,
        *args: Any,
        package: str = "",
        known: Mapping[str, tuple[str, str]] = MappingProxyType({}),
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.package, self.known = package, known

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.known)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.known:
            return None
        return imported(self.package, self.known[name][0])

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """As click does, without importing any of them."""
        with formatter.section("Commands"):
            rows = [(name, summary) for name, (_, summary) in self.known.items()]
            formatter.write_dl(rows)


def imported(package: str, place: str) -> click.Command:
    """The command at «module:attribute» of a package."""
    module, _, attribute = place.partition(":")
    command = getattr(import_module(f"{package}.{module}"), attribute)
    assert isinstance(command, click.Command)
    return command


class MiroirGroup(click.Group):
    """Commands known by name and summary, imported on first use."""

    def __init__(
        self, *args: Any, builtin: Mapping[str, tuple[str, str]], **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.builtin = builtin

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names to complete and to suggest; a broken plugin hides its own."""
        try:
            return sorted({*self.builtin, *self.plugin_commands(ctx)})
        except MiroirError:
            return sorted(self.builtin)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.builtin:
            given = self.plugin_commands(ctx).get(name)
            return given.value if given else None
        return imported("miroir.cli", self.builtin[name][0])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, the nearest name being suggested."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)

    def plugin_commands(
        self, ctx: click.Context
    ) -> Mapping[str, Provided[click.Command]]:
        """Commands of plugins, searched once; PluginError, ConfigurationError."""
        state = ctx.ensure_object(State)
        if state.plugin_commands is None:
            from miroir.cli.plugin_commands import find

            state.plugin_commands = find(state.config, self.builtin)
        return state.plugin_commands

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.builtin[name][1]) for name in sorted(self.builtin)]
            )
        try:
            given = self.plugin_commands(ctx)
        except MiroirError as error:
            with formatter.section("Commands of plugins"):
                formatter.write_text(f"cannot be listed: {error}")
            return
        if given:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(
                    [(name, _summary(command)) for name, command in given.items()]
                )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except Exception as error:
            if ctx.ensure_object(State).debug:
                click.echo(_traceback(), err=True, nl=False)
                ctx.exit(1)
            raise self._clean(ctx, error) from error

    def _clean(self, ctx: click.Context, error: Exception) -> CleanError:
        if isinstance(error, ConfigurationError):
            return ConfigurationRefused(_problems(error))
        if isinstance(error, MiroirError):
            return CleanError(str(error))
        name = ctx.invoked_subcommand or ""
        given = (ctx.ensure_object(State).plugin_commands or {}).get(name)
        if given is not None:
            from miroir.plugins.guarding import failure

            return CleanError(
                str(failure(given.provider, f"running `miroir {name}`", error))
            )
        return CleanError(_unforeseen(error))


def _summary(command: Provided[click.Command]) -> str:
    text = command.value.get_short_help_str(limit=60)
    return f"{text} ({command.provider.name})"


def _problems(error: ConfigurationError) -> str:
    if len(error.problems) == 1:
        return error.problems[0]
    lines = "\n  ".join(error.problems)
    return f"{len(error.problems)} problems in the configuration\n  {lines}"


def _traceback() -> str:
    """That of the error being handled; a plugin's text in it is masked too."""
    from miroir.privacy import mask

    return mask(traceback.format_exc())


def _unforeseen(error: Exception) -> str:
    from miroir.privacy import mask

    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return mask(
        f"this is a defect of Miroir: {type(error).__name__}: {error} ({where}). "
        "Run again with `miroir --debug …` and report what it shows, without "
        "personal data."
    )

"""The command line. Every command lives in its own module, imported when used.

`miroir --help` imports none of them: their one-line summaries are here.
"""

from __future__ import annotations

from importlib import import_module

import click

BUILTIN = {
    "analyse": ("analyse:analyse", "Read DSN files and show the gaps; no set-up."),
    "config": ("config:config", "Check and show the configuration."),
    "demo": ("demo:demo", "Run the main job on a fictitious company."),
    "doctor": ("doctor:doctor", "Check that everything outside can be reached."),
    "init": ("init:init", "Write miroir.toml, the keys and an empty store."),
    "plugins": ("plugins:plugins", "List plugins, write a new one."),
    "reprocess": ("reprocess:reprocess", "Redo one company; say what changed."),
    "sync": ("sync:sync", "Collect what is new from the configured sources."),
}


class LazyGroup(click.Group):
    """Commands known by name and summary, imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *BUILTIN})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in BUILTIN:
            return super().get_command(ctx, name)
        module, _, attribute = BUILTIN[name][0].partition(":")
        command = getattr(import_module(f"miroir.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        rows = [(name, BUILTIN[name][1]) for name in sorted(BUILTIN)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup)
@click.version_option(package_name="miroir")
def main() -> None:
    """Set what a company declared beside what was due, and explain the gaps."""

"""`miroir trace`: the journal of what was done, proved and shown."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "show": ("reading:show", "Show what was done, by whom, under which rules."),
    "verify": ("proving:verify", "Prove that nothing was changed, added or cut."),
    "anchor": ("proving:anchor", "Sign the end of the journal, keep it elsewhere."),
    "export": ("reading:export", "Write the journal for whoever audits it."),
    "erase": ("erasing:erase", "Make what is told of a person unreadable."),
    "restored": ("proving:restored", "Say that a backup was restored."),
    "grants": ("grants:grants", "Print the SQL of a role that may only add."),
}
"""Name, place and summary."""


class TraceGroup(click.Group):
    """Commands imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        found = getattr(import_module(f"miroir.cli.trace.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in COMMANDS])


@click.group(cls=TraceGroup)
def trace() -> None:
    """Prove, show and hand over the journal of what was done."""

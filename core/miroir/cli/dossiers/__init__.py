"""`miroir dossiers`: the case of each company, from the first signal to the end."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "list": "reading:list_dossiers",
    "show": "reading:show",
    "open": "intake:open_dossier",
}


class DossiersGroup(click.Group):
    """Commands imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"miroir.cli.dossiers.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=DossiersGroup)
def dossiers() -> None:
    """Work the case of each company: list, show, call, promise, close.

    Texts for advisers are in French. Whoever acts is --as NAME, else
    $MIROIR_ADVISER, else the user of this session.
    """

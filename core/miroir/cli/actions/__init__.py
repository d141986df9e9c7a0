"""`miroir actions`: what goes out, what is stuck, what a person decides of it."""

from __future__ import annotations

import click

from miroir.cli.group import CommandGroup

COMMANDS = {
    "list": ("reading:list_actions", "List actions: what waits, what is stuck."),
    "show": ("reading:show", "Show an action, its attempts, its journal."),
    "replay": ("deciding:replay", "Let a stuck action wait again, under its key."),
    "cancel": ("deciding:cancel", "Cancel what has not gone out."),
    "decide": ("deciding:decide", "Say what became of a lost action."),
    "confirm": ("deciding:confirm", "Confirm what another person said of it."),
    "discard": ("deciding:discard", "Give up a stuck action."),
    "hold": ("deciding:hold", "Send nothing any more, until `reconcile`."),
    "reconcile": ("deciding:reconcile", "End the hold of a restored store."),
    "classes": ("judging:classes", "List by which class each destination goes."),
    "judged": ("judging:judged", "Keep what the trials of a destination came to."),
}
"""Name, place and summary."""


@click.group(cls=CommandGroup, package=__name__, known=COMMANDS)
def actions() -> None:
    """Show what goes out, and decide what only a person can.

    Texts for advisers are in French. Whoever acts is --as NAME, else
    $MIROIR_ADVISER, else the user of this session; the journal keeps it.
    """

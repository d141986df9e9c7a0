"""`miroir trace`: the journal of what was done, proved and shown."""

from __future__ import annotations

import click

from miroir.cli.group import CommandGroup

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


@click.group(cls=CommandGroup, package=__name__, known=COMMANDS)
def trace() -> None:
    """Prove, show and hand over the journal of what was done."""

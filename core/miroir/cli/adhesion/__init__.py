"""`miroir adhesion`: contracts checked, updates proposed, approved, undone."""

from __future__ import annotations

import click

from miroir.cli.group import CommandGroup

COMMANDS = {
    "check": ("checking:check", "Say what does not agree in a company's contract."),
    "menu": ("checking:menu", "List the guarantees that may be chosen."),
    "propose": ("plans:propose", "Propose an update; someone else approves it."),
    "show": ("plans:show", "Show a plan, or list the plans of a company."),
    "approve": ("plans:approve", "Approve someone else's plan, by its hash."),
    "refuse": ("plans:refuse", "Refuse someone else's plan, saying why."),
    "withdraw": ("plans:withdraw", "Take back a plan of one's own."),
    "undo": ("plans:undo", "Propose to put back what was before a plan."),
    "renew": ("plans:renew", "Propose again what another change made void."),
}
"""Name, place and summary, in the order of the work."""


@click.group(cls=CommandGroup, package=__name__, known=COMMANDS)
def adhesion() -> None:
    """Check adhesion contracts, propose updates, approve those of others.

    Texts for advisers are in French. Whoever acts is --as NAME, else
    $MIROIR_ADVISER, else the user of this session.
    """

"""`miroir adhesion`: contracts checked, updates proposed, approved, undone."""

from __future__ import annotations

from importlib import import_module

import click

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


class AdhesionGroup(click.Group):
    """Commands imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        found = getattr(import_module(f"miroir.cli.adhesion.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in COMMANDS])


@click.group(cls=AdhesionGroup)
def adhesion() -> None:
    """Check adhesion contracts, propose updates, approve those of others.

    Texts for advisers are in French. Whoever acts is --as NAME, else
    $MIROIR_ADVISER, else the user of this session.
    """

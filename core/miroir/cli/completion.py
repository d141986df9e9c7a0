"""`miroir completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_NAME = "miroir"
_VARIABLE = "_MIROIR_COMPLETE"
_HOW = {
    "bash": "miroir completion bash > /etc/bash_completion.d/miroir",
    "zsh": "miroir completion zsh > /usr/local/share/zsh/site-functions/_miroir",
    "fish": "miroir completion fish > /etc/fish/completions/miroir.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(sorted(_HOW)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Write the completion of a shell on the standard output."""
    kind = get_completion_class(shell)
    assert kind is not None
    root = ctx.find_root().command
    click.echo(kind(root, {}, _NAME, _VARIABLE).source())
    click.echo(f"Install it with: {_HOW[shell]}", err=True)

"""The rights of the application on its tables: adding to the journal, no more."""

from __future__ import annotations

import click


@click.command()
@click.argument("role")
def grants(role: str) -> None:
    """Print the SQL that gives ROLE what Miroir needs on PostgreSQL, and no more.

    The owner of the tables runs `miroir init` and this SQL; Miroir then works
    as ROLE, which may add to the journal and never change it.
    """
    from miroir.store.roles import grants as statements

    for statement in statements(role):
        click.echo(f"{statement};")

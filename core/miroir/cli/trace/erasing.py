"""Making what the journal tells of a person unreadable."""

from __future__ import annotations

import getpass

import click

from miroir.cli.state import config_option, current_settings


@click.command()
@click.argument("person", required=False)
@click.option(
    "--contact", nargs=2, metavar="SIREN NAME", help="A contact of a company instead."
)
@click.option("--reason", required=True, help="Why, kept in the journal.")
@click.option("--as", "actor", envvar="MIROIR_ADVISER", default=getpass.getuser)
@config_option
def erase(
    person: str | None, contact: tuple[str, str] | None, reason: str, actor: str
) -> None:
    """Destroy the key of PERSON, a pseudonym: e-… (employee) or c-… (contact).

    Every detail of that person becomes unreadable, for ever; the lines stay, and
    the journal still verifies. Backups hold the key until they are replaced.
    """
    from miroir.operations.trace.reading import erase as destroy
    from miroir.operations.workplace import opened

    if (person is None) == (contact is None):
        raise click.UsageError("give PERSON, or --contact SIREN NAME")
    with opened(current_settings()) as workplace:
        if contact is not None:
            person = workplace.keys.contact(*contact)
        assert person is not None
        done = destroy(workplace, person, actor, reason)
        gone = workplace.store.scrub()
    click.echo(f"{person}: {'erased' if done else 'was erased before'}")
    if not gone:
        click.echo(
            "the destroyed key is still in the journal of the database while other "
            "programs read it: run this again when they are done",
            err=True,
        )

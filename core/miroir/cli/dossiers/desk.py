"""What the commands on dossiers share: who acts, on which company."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from miroir.cli.state import config_option, current_settings
from miroir.types.identity import is_siren

if TYPE_CHECKING:
    from miroir.operations.dossiers.desk import Desk

C = TypeVar("C", bound=Callable[..., Any])


def _siren(_: click.Context, __: click.Parameter, value: str) -> str:
    compact = "".join(value.split())
    if not is_siren(compact):
        raise click.BadParameter(f"{value} is not a SIREN (nine digits, right key)")
    return compact


siren_argument = click.argument("siren", callback=_siren)
reason_option = click.option(
    "--reason", default="", metavar="TEXT", help="Why, as the thread will say it."
)


def tell(text: str) -> None:
    """One line in French, as it is set."""
    from miroir.synthesis.french import typographic

    click.echo(typographic(text))


def acting(command: C) -> C:
    """Give a command `--as NAME` and `--config FILE`."""
    named = click.option(
        "--as",
        "actor",
        envvar="MIROIR_ADVISER",
        default=getpass.getuser,
        metavar="NAME",
        help="Who acts; else $MIROIR_ADVISER, else this session's user.",
    )
    return config_option(named(command))


@contextmanager
def writing(actor: str) -> Iterator[Desk]:
    """A desk on the configured store; all that is done is kept at the end."""
    from miroir.operations.dossiers.desk import Desk
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        yield Desk(
            tables=tables,
            actor=actor,
            now=workplace.clock(),
            rules=workplace.rules,
            sends=workplace.sends,
        )


@contextmanager
def reading() -> Iterator[Desk]:
    """A desk where nothing can be written."""
    from miroir.operations.dossiers.desk import ROBOT, Desk
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.read() as tables:
        yield Desk(
            tables=tables, actor=ROBOT, now=workplace.clock(), rules=workplace.rules
        )

"""How persons are named in an output: a pseudonym, or the number on request."""

from __future__ import annotations

from collections.abc import Callable

import click

from miroir.privacy import user_keys
from miroir.types.identity import PersonNumber


def naming(reveal: bool) -> Callable[[PersonNumber], str]:
    """The pseudonym under the user's own key, or the number itself."""
    if reveal:
        return PersonNumber.reveal
    keys = user_keys()
    if keys.ephemeral:
        click.echo(
            "No key file can be kept here: pseudonyms change at each run."
            " Set MIROIR_KEY_FILE to a file that you can write.",
            err=True,
        )
    return keys.pseudonym

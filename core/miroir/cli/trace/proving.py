"""Proving the journal, signing its end."""

from __future__ import annotations

import base64
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.state import config_option, current_settings

if TYPE_CHECKING:
    from miroir.operations.trace.verifying import Verified

_FILE = click.Path(path_type=Path, exists=True)


def _public_key(
    _: click.Context, __: click.Parameter, value: str | None
) -> bytes | None:
    if value is None:
        return None
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise click.BadParameter("a public key is 32 bytes in base64, 44 characters")
    return key


@click.command()
@click.option("--export", "export", type=_FILE, help="Verify an export instead.")
@click.option("--public-key", callback=_public_key, help="Of who signed, in base64.")
@click.option("--heads", type=_FILE, help="Heads kept, for an export.")
@config_option
def verify(export: Path | None, public_key: bytes | None, heads: Path | None) -> None:
    """Prove that no line was changed, added or removed; exit code 1 otherwise.

    The journal is followed from its first line, with its keys, and compared with
    every head that was signed: those of the store, those of `trace.heads`. An
    export needs no configuration, only the public key.
    """
    if export is None:
        from miroir.operations.trace.verifying import verify as follow
        from miroir.operations.workplace import opened

        with opened(current_settings()) as workplace:
            found = follow(workplace)
    else:
        found = _export(export, public_key, heads)
    _tell(found)


def _export(export: Path, public_key: bytes | None, heads: Path | None) -> Verified:
    from miroir.operations.trace.anchoring import kept
    from miroir.operations.trace.exported import verify_export

    if public_key is None:
        raise click.UsageError("--export needs --public-key: it is who signed")
    away, problems = kept(heads) if heads else ((), ())
    for problem in problems:
        click.echo(problem, err=True)
    found = verify_export(export, public_key, away)
    if problems:
        _tell(found)
        sys.exit(1)
    return found


def _tell(found: Verified) -> None:
    for fault in found.faults:
        click.echo(str(fault), err=True)
    held = "" if found.faults else ", as they were written"
    click.echo(f"{found.lines} lines, {found.heads} heads signed{held}")
    if found.lost:
        click.echo(
            f"{found.lost} heads are of lines that a restore lost, as the journal says",
            err=True,
        )
    if found.unsigned:
        click.echo(
            f"the last {found.unsigned} are not signed yet: `miroir trace anchor`",
            err=True,
        )
    sys.exit(1 if found.faults else 0)


@click.command()
@config_option
def anchor() -> None:
    """Sign the end of the journal now, and keep it in `trace.heads`."""
    from miroir.operations.trace.anchoring import anchor as sign
    from miroir.operations.workplace import opened

    settings = current_settings()
    with opened(settings) as workplace:
        new, written = sign(workplace)
        public = workplace.keys.trace.public(workplace.keys.trace.id)
    assert public is not None
    what = f"signed at line {new.seq}" if new else "nothing new to sign"
    click.echo(f"{what}; {written} heads written to {settings.trace.heads}")
    key = base64.b64encode(public).decode("ascii")
    click.echo(f"public key, for whoever verifies: {key}", err=True)


@click.command()
@click.option("--reason", required=True, help="Why, and from which backup.")
@click.option("--as", "actor", envvar="MIROIR_ADVISER", default=getpass.getuser)
@config_option
def restored(reason: str, actor: str) -> None:
    """Say that a backup was restored, and that lines signed since are lost.

    `verify` then tells of their heads apart, and no longer as of a journal that
    was cut. The word stays in the journal, with who gave it.
    """
    from miroir.operations.trace.restoring import restored as note
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        first, last = note(workplace, actor, reason)
    click.echo(f"noted: lines up to {last} were signed, those from {first} are lost")

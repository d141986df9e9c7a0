"""`miroir init`: a first configuration, its keys, its store."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from miroir.errors import ConfigurationError, StoreError

FILE_NAME = "miroir.toml"


@click.command()
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path()
)
def init(folder: Path) -> None:
    """Write miroir.toml, the key file and the store in DIR.

    What is there already is left as it is, except a store of an earlier
    version, which is upgraded.
    """
    from miroir.config.loading import load_settings
    from miroir.privacy import create_key_file, load_keys
    from miroir.store.database import Store
    from miroir.store.schema import upgrade

    path = folder.absolute() / FILE_NAME
    _say(path, _write(path))
    settings = load_settings(path)
    key_file = settings.keys.file
    made = not key_file.exists()
    if made:
        create_key_file(key_file)
    _say(key_file, made)
    upgrade(settings.store.url)
    try:
        Store.open(settings.store.url, load_keys(key_file)).close()
    except StoreError:
        # A key file made anew cannot read a store that was there before.
        if made:
            key_file.unlink()
        raise
    click.echo("store: ready", err=True)
    click.echo(
        f"Next: back up {key_file}, describe your sources in {path}, then run "
        f"`miroir doctor --config {path}` and `miroir sync --config {path}`.",
        err=True,
    )


def template() -> str:
    """The commented configuration that comes with Miroir."""
    return (files("miroir.config") / FILE_NAME).read_text(encoding="utf-8")


def _write(path: Path) -> bool:
    """Write the template unless a file is there: it is never overwritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError as error:
        if path.is_file():
            return False
        raise ConfigurationError(
            [f"{path}: cannot be written ({error.strerror}). Give another folder."]
        ) from error
    except OSError as error:
        raise ConfigurationError(
            [f"{path}: cannot be written ({error.strerror}). Give another folder."]
        ) from error
    return True


def _say(path: Path, made: bool) -> None:
    what = "written" if made else "there already, left as it is"
    click.echo(f"{path}: {what}", err=True)

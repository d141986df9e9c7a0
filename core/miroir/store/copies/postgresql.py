"""Copies of a PostgreSQL store, by its own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.engine import URL

from miroir.errors import StoreError
from miroir.privacy import mask

_NOTHING: Mapping[str, str] = {}
_FORMAT = ("--format", "custom", "--no-owner", "--no-privileges")


def dump_postgresql(url: URL, target: Path) -> None:
    """Write a dump of the store in a new file of mode 600; raises StoreError."""
    if target.exists():
        raise StoreError(f"{target}: there already; give a file that is not there yet")
    draft = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise StoreError(f"{draft}: cannot be written ({error.strerror})") from None
    try:
        _run("pg_dump", url, [*_FORMAT, *_schema(url), "--file", str(draft)])
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def restore_postgresql(url: URL, source: Path) -> None:
    """Put a dump in the place of the tables that are there; all or nothing."""
    options = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", url, [*options, *_FORMAT[2:], str(source)])


def dumped_revision(source: Path) -> str:
    """The revision of the store that a dump was made of; raises StoreError."""
    table = ["--data-only", "--table", "alembic_version", "--file", "-", str(source)]
    lines = iter(_call([_program("pg_restore"), *table]).splitlines())
    for line in lines:
        if line.startswith("COPY"):
            return next(lines, "")
    raise StoreError(f"{source}: not a copy of a store of Miroir")


def _schema(url: URL) -> Sequence[str]:
    """The schema that the address chooses, when it does."""
    options = str(url.query.get("options", ""))
    _, chosen, name = options.partition("search_path=")
    return ("--schema", name) if chosen else ()


def _run(program: str, url: URL, arguments: Sequence[str]) -> None:
    # By the environment: what stands on a command line, other users may read.
    secrets = {"PGPASSWORD": str(url.password)} if url.password else {}
    address = url.set(drivername="postgresql", password=None, query={})
    named = ["--dbname", address.render_as_string(), "--no-password"]
    _call([_program(program), *named, *arguments], secrets)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise StoreError(
            f"{name}: not installed here; install the client of PostgreSQL, of the "
            "server's version or a later one"
        )
    return found


def _call(command: Sequence[str], secrets: Mapping[str, str] = _NOTHING) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **secrets},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = mask((done.stderr.strip().splitlines() or ["no message"])[-1])
        raise StoreError(f"{Path(command[0]).name} failed ({last})")
    return done.stdout

"""Stores ready at once: migrated for the first test, copied for the others."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from miroir.store import upgrade
from miroir.store.engine import parse_url, sqlite_path

PLACE = "?options=-csearch_path%3D"
CHAIN = "SELECT chain FROM trace_head"
"""What each store draws for itself; a copy draws its own."""


def make_ready(url: str) -> None:
    """Make a new store as `upgrade` does, in a tenth of the time.

    On PostgreSQL the address is that of a schema, as the fixture `url` gives it.
    `test_ready.py` holds that nothing tells a copy from what the migrations make.
    """
    path = sqlite_path(parse_url(url))
    if path is not None:
        mode = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, mode, 0o600), "wb") as file:
            file.write(_file())
        return
    address, _, schema = url.partition(PLACE)
    template = _template(address) if schema else None
    if template is None:
        upgrade(url)
        return
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(template.script(schema).encode())


def _file() -> bytes:
    chain, content = _migrated()
    return content.replace(chain.encode(), secrets.token_hex(16).encode())


@cache
def _migrated() -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "miroir.db"
        upgrade(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            (chain,) = connection.execute(CHAIN).fetchone()
        return chain, path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A schema that was migrated, as the SQL that fills it."""

    schema: str
    chain: str
    dump: str

    def script(self, schema: str) -> str:
        own = self.dump.replace(self.schema, schema)
        return own.replace(self.chain, secrets.token_hex(16))


@cache
def _template(address: str) -> Template | None:
    schema = f"ready_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        upgrade(address + PLACE + schema)
        connection.execute(f"SET search_path = {schema}".encode())
        ((chain,),) = connection.execute(CHAIN.encode())
        dump = dumped(address, schema)
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())
    return None if dump is None else Template(schema=schema, chain=chain, dump=dump)


def dumped(address: str, schema: str) -> str | None:
    """The SQL of all that a schema holds, but for its own creation.

    None without `pg_dump`, or when it is older than the server.
    """
    program = shutil.which("pg_dump")
    if program is None:
        return None
    words = [program, "--inserts", "--no-owner", f"--schema={schema}", address]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    pattern = r"^(\\.*|CREATE SCHEMA .*;)$"  # a backslash starts an order to psql
    return re.sub(pattern, "", done.stdout, flags=re.MULTILINE)

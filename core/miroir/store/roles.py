"""What the role of the application may do on PostgreSQL, table by table.

The tables belong to another role, which upgrades them. Tables marked
`info={"append_only": True}` may only be added to; `info={"updates": (…)}` names
the only columns that may be changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from miroir.errors import StoreError
from miroir.store import database  # noqa: F401 - makes every table known
from miroir.store.tables import metadata

_NAME = re.compile(r"[a-z_][a-z0-9_$]{0,62}")


def grants(role: str) -> Iterator[str]:
    """SQL statements, to be run by the owner of the tables. Raises StoreError."""
    if _NAME.fullmatch(role) is None:
        raise StoreError(
            f"{role}: no plain name of a role; use lower-case letters, digits and _"
        )
    yield f"GRANT SELECT ON alembic_version TO {role}"
    for table in metadata.sorted_tables:
        yield f'REVOKE ALL ON "{table.name}" FROM {role}'
        yield f'GRANT {_rights(table.info)} ON "{table.name}" TO {role}'
    sequences = f"'GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO {role}'"
    yield f"DO $$ BEGIN EXECUTE format({sequences}, current_schema()); END $$"


def _rights(info: dict[object, object]) -> str:
    columns = info.get("updates")
    if isinstance(columns, tuple):
        return f"SELECT, INSERT, UPDATE ({', '.join(columns)})"
    if info.get("append_only"):
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"

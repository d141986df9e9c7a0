"""What no SQL of a store that is open may do on SQLite: take a guard away.

SQLite has no roles: whoever opens the file with another program may do all. But
SQL that comes through Miroir's own connections, by whatever way, neither drops
or rewrites a trigger or a table, nor switches constraints off. Upgrades have
connections of their own.
"""

from __future__ import annotations

import sqlite3

_DENIED = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
    }
)
_PRAGMAS = frozenset(
    {
        "foreign_keys",
        "ignore_check_constraints",
        "recursive_triggers",
        "writable_schema",
    }
)


def protect_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Have a new connection refuse what would take a guard away."""
    connection.set_authorizer(_authorize)


def _authorize(
    action: int,
    first: str | None,
    second: str | None,
    _database: str | None,
    _inside: str | None,
) -> int:
    if action in _DENIED:
        return sqlite3.SQLITE_DENY
    switches = action == sqlite3.SQLITE_PRAGMA and second is not None
    if switches and (first or "").lower() in _PRAGMAS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK

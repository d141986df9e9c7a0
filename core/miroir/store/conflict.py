"""Inserting what may be there already, on both kinds of store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

_Item = TypeVar("_Item")
_CHUNK = 500


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    update: Sequence[str] = (),
) -> int:
    """Insert rows; where the primary key is there, set the `update` columns.

    Gives the number of rows inserted or updated.
    """
    if not rows:
        return 0
    on_postgresql = connection.dialect.name == "postgresql"
    insert = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    if update:
        new = {name: insert.excluded[name] for name in update}
        insert = insert.on_conflict_do_update(index_elements=keys, set_=new)
    else:
        insert = insert.on_conflict_do_nothing(index_elements=keys)
    # SQLAlchemy forgets the count of an INSERT unless it is asked to keep it.
    counting = insert.execution_options(preserve_rowcount=True)
    return connection.execute(counting, list(rows)).rowcount


def chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Lists short enough for one IN: databases bound their parameters."""
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk

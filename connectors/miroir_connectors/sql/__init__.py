"""Rows of a database, by one query that only reads."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.sql.source import SqlQuery


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `sql`."""
    return [
        SourceConnector(
            name="sql",
            source=SqlQuery,
            summary="rows of a database, by one query that only reads",
        )
    ]

"""Where each source stands: its cursor, its last success, its last error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from miroir.store.conflict import upsert
from miroir.store.tables import source_state


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """`files_seen`: files given by the source since the beginning, known or not.

    `last_error` is empty when the last collection succeeded.
    """

    source: str
    cursor: str | None = None
    last_success_at: datetime | None = None
    last_error: str = ""
    files_seen: int = 0


class Sources:
    """Table `source_state`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, source: str) -> SourceState:
        """Where a source stands; a source never collected stands at its start."""
        query = select(source_state).where(source_state.c.source == source)
        row = self._connection.execute(query).mappings().first()
        return SourceState(source=source) if row is None else SourceState(**row)

    def states(self) -> tuple[SourceState, ...]:
        """Every source ever collected, by name."""
        query = select(source_state).order_by(source_state.c.source)
        rows = self._connection.execute(query).mappings()
        return tuple(SourceState(**row) for row in rows)

    def succeeded(
        self, source: str, *, cursor: str | None, files: int, at: datetime
    ) -> None:
        """A complete collection gave `files` files and its next cursor."""
        row = {
            "source": source,
            "cursor": cursor,
            "last_success_at": at,
            "last_error": "",
            "files_seen": self.state(source).files_seen + files,
        }
        update = ("cursor", "last_success_at", "last_error", "files_seen")
        upsert(self._connection, source_state, [row], update)

    def failed(self, source: str, error: str) -> None:
        """A collection failed: the cursor stays, so that nothing is missed."""
        row = {"source": source, "last_error": error, "files_seen": 0}
        upsert(self._connection, source_state, [row], ("last_error",))

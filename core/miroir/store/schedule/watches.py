"""How much each source gives, and those held because they give much less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from miroir.errors import NothingFound
from miroir.store.conflict import upsert
from miroir.store.schedule.tables import source_watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`size`: files or rows of the last complete collection taken.

    `held_size`: what was found when the source was held, else None.
    """

    source: str
    size: int | None = None
    measured_at: datetime | None = None
    held_size: int | None = None
    held_at: datetime | None = None
    released_at: datetime | None = None
    released_by: str = ""

    @property
    def held(self) -> bool:
        return self.held_at is not None


class Watches:
    """Table `source_watch`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, source: str) -> Watch:
        query = select(source_watch).where(source_watch.c.source == source)
        row = self._connection.execute(query).mappings().first()
        return Watch(source=source) if row is None else Watch(**row)

    def measured(self, source: str, size: int, at: datetime) -> None:
        """Note how much a complete collection gave."""
        row = {"source": source, "size": size, "measured_at": at, "released_by": ""}
        upsert(self._connection, source_watch, [row], ("size", "measured_at"))

    def hold(self, source: str, size: int, at: datetime) -> None:
        """Collect a source no more until it is released."""
        row = {"source": source, "held_size": size, "held_at": at, "released_by": ""}
        upsert(self._connection, source_watch, [row], ("held_size", "held_at"))

    def release(self, source: str, by: str, at: datetime) -> Watch:
        """Accept the size that a source was held for; raises NothingFound."""
        watch = self.of(source)
        if not watch.held:
            raise NothingFound(f"The source {source} is not held.")
        self._connection.execute(
            update(source_watch)
            .where(source_watch.c.source == source)
            .values(
                size=watch.held_size,
                measured_at=watch.held_at,
                held_size=None,
                held_at=None,
                released_at=at,
                released_by=by,
            )
        )
        return self.of(source)

"""Received files: which are known, in what state, what was refused of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, insert, select, update

from miroir.errors import NothingFound
from miroir.store.conflict import upsert
from miroir.store.tables import received_file, refusal
from miroir.types.source import ReceivedFile, Refusal


class FileState(StrEnum):
    RECEIVED = "received"
    """Kept in the archive, not read yet: what a crash left is found here."""
    READ = "read"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """What is known of a received file; its bytes are in the archive.

    `name` is masked. `size` in bytes.
    """

    sha256: str
    source: str
    name: str
    size: int
    state: FileState
    reason: str
    received_at: datetime


class Files:
    """Tables `received_file` and `refusal`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record_received(
        self, file: ReceivedFile, source: str, at: datetime | None = None
    ) -> bool:
        """Note a file; False when the same bytes are known already.

        `at` defaults to now. Of two sources that give the same bytes, the
        first is kept.
        """
        row = {
            "sha256": file.sha256,
            "source": source,
            "name": file.name,
            "bytes": len(file.content),
            "state": FileState.RECEIVED.value,
            "reason": "",
            "received_at": at or datetime.now(UTC),
        }
        return upsert(self._connection, received_file, [row]) == 1

    def known(self, sha256: str) -> bool:
        """Whether these bytes were received, even if they are not read yet."""
        query = select(received_file.c.sha256).where(received_file.c.sha256 == sha256)
        return self._connection.execute(query).first() is not None

    def get(self, sha256: str) -> StoredFile:
        """Raises NothingFound."""
        query = select(received_file).where(received_file.c.sha256 == sha256)
        row = self._connection.execute(query).first()
        if row is None:
            raise NothingFound(f"no file with the sha256 {sha256} was received")
        return _stored(row)

    def pending(self, source: str | None = None) -> tuple[StoredFile, ...]:
        """Files received and not read, the oldest first."""
        table = received_file.c
        query = select(received_file).where(table.state == FileState.RECEIVED.value)
        if source is not None:
            query = query.where(table.source == source)
        rows = self._connection.execute(query.order_by(table.received_at, table.sha256))
        return tuple(_stored(row) for row in rows)

    def set_file_state(
        self,
        sha256: str,
        state: FileState,
        reason: str = "",
        refusals: Sequence[Refusal] = (),
    ) -> None:
        """Say how a file ended; its refusals replace the former ones.

        Raises NothingFound.
        """
        change = (
            update(received_file)
            .where(received_file.c.sha256 == sha256)
            .values(state=state.value, reason=reason)
        )
        if self._connection.execute(change).rowcount != 1:
            raise NothingFound(f"no file with the sha256 {sha256} was received")
        self._replace_refusals(sha256, refusals)

    def refusals_of(self, sha256: str) -> tuple[Refusal, ...]:
        """What was refused of one file, in the order it was given."""
        query = (
            select(refusal, received_file.c.name)
            .join(received_file, received_file.c.sha256 == refusal.c.sha256)
            .where(refusal.c.sha256 == sha256)
            .order_by(refusal.c.position)
        )
        return tuple(
            Refusal(
                file=row.name,
                line=row.line,
                code=row.code,
                reason=row.reason,
                remedy=row.remedy,
            )
            for row in self._connection.execute(query)
        )

    def _replace_refusals(self, sha256: str, refusals: Sequence[Refusal]) -> None:
        self._connection.execute(delete(refusal).where(refusal.c.sha256 == sha256))
        rows = [
            {
                "sha256": sha256,
                "position": position,
                "line": item.line,
                "code": item.code,
                "reason": item.reason,
                "remedy": item.remedy,
            }
            for position, item in enumerate(refusals)
        ]
        if rows:
            self._connection.execute(insert(refusal), rows)


def _stored(row: Row[tuple[object, ...]]) -> StoredFile:
    return StoredFile(
        sha256=row.sha256,
        source=row.source,
        name=row.name,
        size=row.bytes,
        state=FileState(row.state),
        reason=row.reason,
        received_at=row.received_at,
    )

"""Heads that were signed, so that each place they go to can be made complete."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, select

from miroir.privacy import TraceKeys
from miroir.store.conflict import upsert
from miroir.store.trace.journal import Journal
from miroir.store.trace.tables import trace_anchor
from miroir.trace.heads import SignedHead, sign


class Heads:
    """Table `trace_anchor`."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal

    def add(self, keys: TraceKeys, at: datetime) -> SignedHead | None:
        """Sign the head as it stands; None when it was signed already."""
        head = self._journal.head()
        last = self.last()
        if head.seq == 0 or (last is not None and last.seq >= head.seq):
            return None
        signed = sign(keys, self._journal.chain(), head, at)
        row = {k: v for k, v in asdict(signed).items() if k != "chain"}
        return signed if upsert(self._connection, trace_anchor, [row]) else None

    def last(self) -> SignedHead | None:
        query = select(trace_anchor).order_by(trace_anchor.c.seq.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return SignedHead(chain=self._journal.chain(), **row)

    def all(self) -> tuple[SignedHead, ...]:
        """Every head that was signed, the first first."""
        chain = self._journal.chain()
        rows = self._connection.execute(select(trace_anchor).order_by("seq"))
        return tuple(SignedHead(chain=chain, **row) for row in rows.mappings())

"""Dossiers, what brought them, their thread, the gaps that are followed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from miroir.dossier.model import (
    Campaign,
    CampaignStep,
    Dossier,
    Event,
    EventKind,
    Signal,
    TrackedGap,
)
from miroir.dossier.states import State
from miroir.errors import NothingFound
from miroir.store.conflict import chunks, upsert
from miroir.store.dossiers.rows import gap_values, read, read_gap, values
from miroir.store.dossiers.tables import (
    campaign,
    dossier,
    dossier_event,
    dossier_gap,
    dossier_signal,
)
from miroir.store.tables import declaration
from miroir.store.trace.journal import Journal
from miroir.store.trace.thread import ACT, subject_of
from miroir.trace.entry import Entry


class Cases:
    """Tables `dossier`, `dossier_signal`, `dossier_event`, `dossier_gap`."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal

    def find(self, siren: str, *, lock: bool = False) -> Dossier | None:
        """The dossier of a company. `lock`: others wait until the end."""
        query = select(dossier).where(dossier.c.siren == siren)
        if lock:
            query = query.with_for_update()
        row = self._connection.execute(query).mappings().first()
        return None if row is None else read(Dossier, row)

    def get(self, siren: str, *, lock: bool = False) -> Dossier:
        """The dossier of a company; raises NothingFound."""
        found = self.find(siren, lock=lock)
        if found is None:
            raise NothingFound(
                f"No dossier is known for {siren}. Open one with"
                f" `miroir dossiers open {siren}`."
            )
        return found

    def create(self, siren: str, at: datetime) -> tuple[Dossier, bool]:
        """The dossier of a company, locked, and whether it was made now.

        Two programs that create it at once get the same one.
        """
        known = self.find(siren, lock=True)
        if known is not None:
            return known, False
        new = Dossier(
            id=0, siren=siren, state=State.RECEIVED, opened_at=at, changed_at=at
        )
        # News: it was never compared with what the company declared.
        row = {**values(new, dossier), "news": 1, "followed": 0}
        made = _insert_once(self._connection, row)
        return self.get(siren, lock=True), made

    def save(self, item: Dossier, at: datetime) -> Dossier:
        """Write a dossier that this transaction has locked."""
        saved = replace(item, changed_at=at)
        self._connection.execute(
            update(dossier)
            .where(dossier.c.id == item.id)
            .values(**values(saved, dossier))
        )
        return saved

    def mark_news(self, sirens: Iterable[str]) -> None:
        """Something that an analysis depends on came for these companies."""
        for chunk in chunks(sorted(sirens)):
            self._connection.execute(
                update(dossier)
                .where(dossier.c.siren.in_(chunk))
                .values(news=dossier.c.news + 1)
            )

    def news(self, siren: str) -> int:
        """How much came for a company so far; to be read before its files."""
        query = select(dossier.c.news).where(dossier.c.siren == siren)
        return int(self._connection.execute(query).scalar() or 0)

    def followed(self, dossier_id: int, news: int) -> None:
        """A dossier was compared with everything that came up to `news`."""
        self._connection.execute(
            update(dossier)
            .where(dossier.c.id == dossier_id, dossier.c.followed < news)
            .values(followed=news)
        )

    def to_follow(self) -> tuple[str, ...]:
        """Companies with news that their dossiers were not compared with."""
        declared = select(declaration.c.siren).where(
            declaration.c.siren == dossier.c.siren
        )
        query = (
            select(dossier.c.siren)
            .where(dossier.c.followed < dossier.c.news, declared.exists())
            .order_by(dossier.c.siren)
        )
        return tuple(self._connection.execute(query).scalars())

    def add_signal(self, dossier_id: int, signal: Signal) -> bool:
        """Record what came; false when its key is known already."""
        row = {**values(signal, dossier_signal, leave=()), "dossier_id": dossier_id}
        return upsert(self._connection, dossier_signal, [row]) > 0

    def has_signal(self, key: str) -> bool:
        query = select(dossier_signal.c.key).where(dossier_signal.c.key == key)
        return self._connection.execute(query).first() is not None

    def signals_of(self, dossier_id: int) -> tuple[Signal, ...]:
        """In the order they came."""
        table = dossier_signal.c
        query = (
            select(dossier_signal)
            .where(table.dossier_id == dossier_id)
            .order_by(table.at, table.key)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(Signal, row) for row in rows)

    def lock(self, dossier_id: int) -> None:
        """Keep others from writing about a dossier until the transaction ends."""
        row = select(dossier.c.id).where(dossier.c.id == dossier_id)
        self._connection.execute(row.with_for_update())

    def say(
        self, dossier_id: int, at: datetime, actor: str, kind: EventKind, text: str
    ) -> Event:
        """Add one entry to the thread of a dossier that is locked.

        The journal tells of it in the same transaction.
        """
        table = dossier_event.c
        last = select(func.max(table.rank)).where(table.dossier_id == dossier_id)
        query = select(dossier.c.siren, last.scalar_subquery())
        found = self._connection.execute(query.where(dossier.c.id == dossier_id)).one()
        rank = int(found[1] or 0) + 1
        event = Event(rank=rank, at=at, actor=actor, kind=kind, text=text)
        row = {**values(event, dossier_event, leave=()), "dossier_id": dossier_id}
        self._connection.execute(insert(dossier_event).values(**row))
        subject = subject_of(dossier_id)
        act = Entry(act=f"{ACT}{kind}", actor=actor, siren=found[0], subject=subject)
        self._journal.say(act, rank, text, at)
        return event

    def thread(self, dossier_id: int) -> tuple[Event, ...]:
        """Every entry, the oldest first."""
        table = dossier_event.c
        query = (
            select(dossier_event)
            .where(table.dossier_id == dossier_id)
            .order_by(table.rank)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(Event, row) for row in rows)

    def gaps_of(self, dossier_id: int) -> tuple[TrackedGap, ...]:
        """The gaps that are followed, by establishment, person and month."""
        table = dossier_gap.c
        query = (
            select(dossier_gap)
            .where(table.dossier_id == dossier_id)
            .order_by(table.kind, table.siret, table.subject, table.period)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(TrackedGap, row, ref=read_gap(row)) for row in rows)

    def save_gaps(self, dossier_id: int, gaps: Iterable[TrackedGap]) -> None:
        """Put the gaps that are followed in place of those before."""
        mine = dossier_gap.c.dossier_id == dossier_id
        self._connection.execute(delete(dossier_gap).where(mine))
        rows = [
            {
                **values(gap, dossier_gap),
                **gap_values(gap.ref),
                "dossier_id": dossier_id,
            }
            for gap in gaps
        ]
        if rows:
            self._connection.execute(insert(dossier_gap), rows)

    def save_campaign(self, item: Campaign) -> None:
        """Keep a campaign as it is described now."""
        row = {
            **values(item, campaign),
            "steps": [[step.name, step.on.isoformat()] for step in item.steps],
        }
        names = [name for name in row if name != "name"]
        upsert(self._connection, campaign, [row], names)

    def campaigns(self) -> tuple[Campaign, ...]:
        """Every campaign, by name."""
        query = select(campaign).order_by(campaign.c.name)
        rows = self._connection.execute(query).mappings()
        return tuple(read(Campaign, row, steps=_steps(row["steps"])) for row in rows)


def _insert_once(connection: Connection, row: dict[str, object]) -> bool:
    """Insert a dossier unless its company has one; whether it was inserted."""
    from sqlalchemy.dialects import postgresql, sqlite

    on_postgresql = connection.dialect.name == "postgresql"
    new = postgresql.insert(dossier) if on_postgresql else sqlite.insert(dossier)
    once = new.values(**row).on_conflict_do_nothing(index_elements=["siren"])
    asked = once.execution_options(preserve_rowcount=True)
    return connection.execute(asked).rowcount > 0


def _steps(rows: Iterable[tuple[str, str]]) -> tuple[CampaignStep, ...]:
    from datetime import date

    return tuple(
        CampaignStep(name=name, on=date.fromisoformat(day)) for name, day in rows
    )

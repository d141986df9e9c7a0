"""The store, opened: transactions that give the tables to work with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from miroir.dossier.reminders import Reminders
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store.adhesion_plans.plans import AdhesionPlans
from miroir.store.adhesions import Adhesions
from miroir.store.campaigns import Campaigns
from miroir.store.declarations import Declarations
from miroir.store.dossiers.cases import Cases
from miroir.store.dossiers.memories import Memories
from miroir.store.dossiers.promises import Promises
from miroir.store.dossiers.worklists import Worklists
from miroir.store.employees import Employees
from miroir.store.engine import scrub, transaction, where
from miroir.store.files import Files
from miroir.store.outbox.actions import Outbox
from miroir.store.outbox.claims import Claims
from miroir.store.outbox.decisions import Decisions
from miroir.store.outbox.gates import Gates
from miroir.store.outbox.verdicts import Verdicts
from miroir.store.results import Results
from miroir.store.schedule.anchors import Anchors
from miroir.store.schedule.dues import Dues
from miroir.store.schedule.inputs import Inputs
from miroir.store.schedule.jobs import Jobs
from miroir.store.schedule.leases import Leases
from miroir.store.schedule.reminders import ScheduledReminders
from miroir.store.schedule.watches import Watches
from miroir.store.schema import open_engine
from miroir.store.sources import Sources
from miroir.store.trace.heads import Heads
from miroir.store.trace.journal import Journal
from miroir.trace.versions import Versions


class Tables:
    """Every group of tables, seen from one transaction."""

    def __init__(
        self,
        connection: Connection,
        keys: Keys,
        versions: Versions | None = None,
        *,
        writing: bool = False,
    ) -> None:
        self._connection = connection
        self.journal = Journal(connection, keys.trace, versions, writing=writing)
        self.heads = Heads(connection, self.journal)
        self.files = Files(connection)
        self.sources = Sources(connection)
        self.declarations = Declarations(connection)
        self.adhesions = Adhesions(connection)
        self.plans = AdhesionPlans(connection, keys)
        self.campaigns = Campaigns(connection)
        self.employees = Employees(connection, keys)
        self.results = Results(connection, keys)
        self.cases = Cases(connection, self.journal)
        self.promises = Promises(connection)
        self.memories = Memories(connection)
        self.reminders: Reminders = ScheduledReminders(connection)
        self.worklists = Worklists(connection)
        self.leases = Leases(connection)
        self.dues = Dues(connection)
        self.jobs = Jobs(connection)
        self.watches = Watches(connection)
        self.inputs = Inputs(connection)
        self.anchors = Anchors(connection)
        self.outbox = Outbox(connection, keys, self.journal.append)
        self.claims = Claims(connection, keys, self.journal.append)
        self.decisions = Decisions(connection, keys, self.journal.append)
        self.gates = Gates(connection)
        self.verdicts = Verdicts(connection, self.journal.append)

    def attempt(self, act: Callable[[], None]) -> Exception | None:
        """Do a part; undo it alone when it fails, and give its error.

        The error of a connection that was lost is raised: nothing can follow.
        """
        noted = self.journal.noted()
        try:
            with self._connection.begin_nested():
                act()
        except Exception as error:
            self.journal.forget(noted)
            if self._connection.invalidated:
                raise
            return error
        return None


class Store:
    """A store at the right revision. Threads may share it, processes not.

    Example::

        with Store.open("sqlite:///miroir.db", keys) as store:
            with store.write() as tables:
                tables.files.record_received(file, "depot")
    """

    def __init__(
        self, engine: Engine, keys: Keys, versions: Versions | None = None
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._versions = versions

    @classmethod
    def open(cls, url: str, keys: Keys, versions: Versions | None = None) -> Self:
        """Open an existing store.

        `versions` is what the journal says that acts are done under; else what
        is installed. Raises StoreError when it is absent, at another revision, written with
        another pseudonym key, or when `keys` are ephemeral.
        """
        if keys.ephemeral:
            raise StoreError(
                "a store needs keys that last: what these encrypt nobody could "
                "read tomorrow; create a key file with `miroir init`"
            )
        store = cls(open_engine(url), keys, versions)
        try:
            with store.read() as tables:
                tables.employees.require_same_key()
        except BaseException:
            store.close()
            raise
        return store

    @property
    def place(self) -> str:
        """How messages name the store: its file, or its address."""
        return where(self._engine.url)

    @contextmanager
    def read(self) -> Iterator[Tables]:
        """One consistent view; writing in it raises StoreError."""
        with transaction(self._engine, write=False) as connection:
            yield Tables(connection, self._keys, self._versions)

    @contextmanager
    def write(self) -> Iterator[Tables]:
        """All of it is stored at the end, or nothing when an exception passes.

        What the journal was told is stored with it, last of all. On SQLite writers go one at a time and wait 10 s at most: nothing slow
        belongs in it. Raises StoreError.
        """
        with transaction(self._engine, write=True) as connection:
            tables = Tables(connection, self._keys, self._versions, writing=True)
            yield tables
            tables.journal.flush()

    def scrub(self) -> bool:
        """Take destroyed keys out of the files too; false while readers hold them."""
        return scrub(self._engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

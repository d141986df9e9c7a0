"""An installation whose schedulers are real processes, killed at will."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from miroir.config.loading import load_settings
from miroir.errors import StoreError
from miroir.operations.schedule.handing import LEASE
from miroir.operations.workplace import Workplace, opened
from miroir.privacy import create_key_file, load_keys
from miroir.store import Store
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.schedule.dues import DueState
from miroir.types.schedule import Due, Subject
from sqlalchemy import text

from tests.store.ready import make_ready

FULL = os.environ.get("MIROIR_FULL_SCHEDULE") == "1"
"""The whole of the long tests, as `tox -e schedule` runs them."""
RUN = "import sys; from miroir.cli import main; sys.argv[0] = 'miroir'; main()"
_SCHEDULE = """
[store]
url = "{url}"

[schedule]
sync = "{sync}"
diagnose = "{sync}"
anchor = "{sync}"
trace = "{sync}"
adhesion = "{sync}"
tick_seconds = 0.1
lease_seconds = {lease}
grace_seconds = {grace}
{more}
"""
_SQLITE_LOG = """
CREATE TRIGGER log AFTER UPDATE OF state ON due WHEN NEW.state = 'handed_over'
BEGIN INSERT INTO handed_log (key) VALUES (NEW.key); END
"""
# Slow, so that a kill often falls into the middle of a transaction.
_POSTGRESQL_LOG = """
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.001);
    INSERT INTO handed_log (key) VALUES (NEW.key);
    RETURN NEW;
END $$;
CREATE TRIGGER log AFTER UPDATE OF state ON due FOR EACH ROW
WHEN (NEW.state = 'handed_over') EXECUTE FUNCTION log_it()
"""


class SchedulePlace:
    """A folder, its store, and the schedulers started on it."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.folder, self.url = folder, url
        self.config = folder / "miroir.toml"
        self.configure()
        self.processes: list[subprocess.Popen[bytes]] = []
        create_key_file(folder / "miroir.keys")
        make_ready(url)

    def configure(
        self,
        *,
        sync: str = "off",
        lease: float = 1,
        grace: float = 5,
        more: str = "",
    ) -> None:
        words = {"sync": sync, "lease": lease, "grace": grace, "more": more}
        self.config.write_text(_SCHEDULE.format(url=self.url, **words))

    @contextmanager
    def workplace(self) -> Iterator[Workplace]:
        with opened(load_settings(self.config)) as ready:
            yield ready

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.url, load_keys(self.folder / "miroir.keys")) as opened:
            yield opened

    def start(self, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a scheduler; `path`: where more plugins are found."""
        command = [sys.executable, "-c", RUN, "schedule", "run"]
        environment = {**os.environ, "PYTHONPATH": str(path)} if path else None
        log = self.folder / f"log-{len(self.processes)}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--config", str(self.config)],
                stdout=output,
                stderr=output,
                env=environment,
            )
        self.processes.append(process)
        return process

    def log(self, process: subprocess.Popen[bytes]) -> str:
        rank = self.processes.index(process)
        return (self.folder / f"log-{rank}").read_text()

    def up(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether it has said that it is live, or that it waits."""
        log = self.log(process)
        return "this scheduler is live" in log or "this one waits" in log

    def live(self) -> int | None:
        """The process that holds the lease."""
        with self.store() as store, store.read() as tables:
            lease = tables.leases.of(LEASE)
            if lease is None or not lease.owner or lease.until < tables.leases.now():
                return None
        return int(lease.owner.split(":")[1])

    def wait_live(self) -> int:
        """Wait for a process to hold the lease."""
        found: list[int] = []

        def look() -> bool:
            live = self.live()
            if live is not None:
                found.append(live)
            return bool(found)

        until(look, what="a scheduler is live")
        return found[0]

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()

    def watch_rows(self) -> None:
        """Log every time a row is marked, twice included; no unique key there."""
        on_sqlite = self.url.startswith("sqlite")
        self._run("CREATE TABLE handed_log (key VARCHAR)")
        self._run(_SQLITE_LOG if on_sqlite else _POSTGRESQL_LOG)

    def marked(self) -> list[str]:
        """The keys marked as handed over, as often as they were."""
        return [str(row[0]) for row in self._run("SELECT key FROM handed_log")]

    def remind(self, count: int, *, over: float, after: float = 0) -> list[str]:
        """Add reminders due at random in the `over` seconds after `after`."""
        dice = random.Random(count)
        begin = datetime.now(UTC) + timedelta(seconds=after)
        dues = [
            _reminder(
                f"{after}-{rank}", begin + timedelta(seconds=dice.uniform(0, over))
            )
            for rank in range(count)
        ]
        with self.store() as store, store.write() as tables:
            assert tables.dues.add(dues, begin) == count
        return [due.key for due in dues]

    def waiting(self) -> int:
        with self.store() as store, store.read() as tables:
            return tables.dues.counts().get(DueState.PENDING, 0)

    def _run(self, statement: str) -> list[tuple[object, ...]]:
        engine = make_engine(parse_url(self.url))
        try:
            with transaction(engine, write=True) as connection:
                result = connection.execute(text(statement))
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()


def _reminder(name: str, moment: datetime) -> Due:
    return Due(
        key=f"reminder|test|test:{name}|{moment:%Y-%m-%d}",
        due_at=moment,
        day=moment.date(),
        at=moment.time(),
        zone="Etc/UTC",
        subject=Subject(kind="test", id=name),
        purpose="relance",
        rule="test",
    )


def until(
    condition: Callable[[], bool], seconds: float = 60, what: str = "it is so"
) -> None:
    """Wait for something to become true; a database that is away says nothing."""
    end = time.monotonic() + seconds
    while True:
        with suppress(StoreError):
            if condition():
                return
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)

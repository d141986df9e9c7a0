"""An installation whose workers are real processes, killed and paused at will."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from os import environ
from pathlib import Path

from miroir.errors import StoreError
from miroir.outbox.model import Status, StoredAction
from miroir.privacy import create_key_file, load_keys
from miroir.store import Store

from tests.outbox.double.running import ROOT
from tests.outbox.samples import contact
from tests.plugins.distributions import Site
from tests.store.ready import make_ready

RUN = "import sys; from miroir.cli import main; sys.argv[0] = 'miroir'; main()"
PLUGIN = """
import miroir
from tests.outbox.double.destination import BlindLogger, DoubleLogger

@miroir.hookimpl
def miroir_crm_loggers():
    return [
        miroir.DestinationConnector(name="double", destination=DoubleLogger),
        miroir.DestinationConnector(name="blind", destination=BlindLogger),
    ]
"""
CONFIGURATION = """
[store]
url = "{url}"

[outbox]
lease_seconds = 1
poll_seconds = 0.05
isolation = "{isolation}"

[destinations.crm]
connector = "{connector}"
port = {port}
delivery = "{delivery}"
deadline_ms = 1500
"""


class Fleet:
    """A folder, its store, the workers started on it."""

    def __init__(self, folder: Path, url: str, port: int, delivery: str = "C") -> None:
        self.folder, self.url = folder, url
        self.config = folder / "miroir.toml"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.site = Site(folder / "site")
        self.site.folder.mkdir()
        self.site.install("miroir-gps-double", {"gps_double": PLUGIN})
        self.configure(port, delivery)
        create_key_file(folder / "miroir.keys")
        make_ready(url)

    def configure(self, port: int, delivery: str, isolation: str = "process") -> None:
        self.config.write_text(
            CONFIGURATION.format(
                url=self.url,
                port=port,
                delivery=delivery,
                isolation=isolation,
                connector="blind" if delivery == "D" else "double",
            )
        )

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        log = self.folder / f"log-{len(self.processes)}"
        command = ["worker", *options, "--config", str(self.config)]
        paths = f"{self.site.folder}:{ROOT}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, *command],
                stdout=output,
                stderr=output,
                env={**environ, "PYTHONPATH": paths},
            )
        self.processes.append(process)
        return process

    def up(self, process: subprocess.Popen[bytes]) -> bool:
        return "at work for" in self.log(process)

    def log(self, process: subprocess.Popen[bytes]) -> str:
        rank = self.processes.index(process)
        return (self.folder / f"log-{rank}").read_text()

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.url, load_keys(self.folder / "miroir.keys")) as opened:
            yield opened

    def enqueue(self, *plans: str, dossier: str = "") -> list[str]:
        """One action per plan, each of its own dossier unless one is given."""
        with self.store() as store, store.write() as tables:
            return [
                tables.outbox.enqueue(
                    contact(f"{rank} plan:{plan}"),
                    dossier=dossier or f"{len(self.processes)}:{rank}",
                    occasion=f"{len(self.processes)}:{rank}",
                )
                for rank, plan in enumerate(plans)
            ]

    def rows(self, keys: Sequence[str]) -> list[StoredAction]:
        with self.store() as store, store.read() as tables:
            return [tables.outbox.get(key) for key in keys]

    def statuses(self, keys: Sequence[str]) -> set[Status]:
        return {row.status for row in self.rows(keys)}

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        with suppress(StoreError):
            if condition():
                return
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)

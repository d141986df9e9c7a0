"""A private PostgreSQL server for the tests, on the loopback only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder of `initdb`, from the PATH or from Debian's layout."""
    asked = shutil.which("pg_config")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if asked:
        answer = subprocess.run(
            [asked, "--bindir"], check=True, capture_output=True, text=True
        )
        folders.insert(0, Path(answer.stdout.strip()))
    on_path = shutil.which("initdb")
    if on_path:
        folders.insert(0, Path(on_path).parent)
    usable = (folder for folder in folders if (folder / "initdb").exists())
    return next(usable, None)


class Server:
    """A server in a folder of its own, started and stopped at will."""

    def __init__(self, binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="miroir-postgresql-"))
        self.port = _free_port()
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, self._user, self._user)
        data = self.folder / "data"
        self._control = [str(binaries / "pg_ctl"), "-D", str(data)]
        create = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres"]
        self._run([*create, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"])

    def start(self) -> None:
        listen = "-c listen_addresses=127.0.0.1 -c fsync=off"
        options = f"-p {self.port} -k {self.folder} {listen}"
        log = ["-l", str(self.folder / "log")]
        self._run([*self._control, *log, "-o", options, "-w", "start"])

    def stop(self) -> None:
        """At once, as a crash: connections are cut, nothing is finished."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run([*self._control, "-m", "immediate", "-w", "stop"])

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, command: Sequence[str]) -> None:
        _run(command, self.folder, self._user)


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """Start a server that is forgotten at the end; gives its address."""
    private = Server(binaries)
    try:
        private.start()
        yield private.address
    finally:
        private.remove()


def _run(command: Sequence[str], folder: Path, user: str | None) -> None:
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

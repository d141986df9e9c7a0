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


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """Start a server that is forgotten at the end; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="miroir-postgresql-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:  # PostgreSQL refuses to run as root
        shutil.chown(folder, user, user)
    data, port = folder / "data", _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [str(binaries / "pg_ctl"), "-D", str(data)]
    create = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres"]
    try:
        _run([*create, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"], folder, user)
        log = ["-l", str(folder / "log")]
        _run([*control, *log, "-o", options, "-w", "start"], folder, user)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            _run([*control, "-m", "immediate", "-w", "stop"], folder, user)
        shutil.rmtree(folder)


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

"""A dask scheduler and workers as the processes that an installation starts."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60
Process = subprocess.Popen[bytes]


@contextmanager
def running(command: str, *options: str) -> Iterator[Process]:
    """`dask scheduler` or `dask worker`, ended at the end."""
    module = f"distributed.cli.dask_{command}"
    quiet = subprocess.DEVNULL
    arguments = [sys.executable, "-m", module, *options, "--no-dashboard"]
    process = subprocess.Popen(arguments, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduler(*options: str, protocol: str = "tcp") -> Iterator[str]:
    """Its address, once it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listen = ("--host", f"{protocol}://127.0.0.1", "--port", str(port))
    with running("scheduler", *listen, *options) as process:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"{protocol}://127.0.0.1:{port}"


@contextmanager
def worker(address: str, folder: Path, *options: str) -> Iterator[Process]:
    """One worker of one thread, without the nanny that would replace it."""
    alone = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
    with running("worker", address, *alone, *options) as process:
        yield process

"""A dask scheduler and its workers, as processes of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory

PATIENCE = 60


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        listen = ("--host", "127.0.0.1", "--port", port, "--no-dashboard")
        stack.enter_context(_running("scheduler", *listen))
        _wait(int(port))
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        for _ in range(workers):
            place = ("--local-directory", folder)
            stack.enter_context(_running("worker", address, *alone, *place))
        yield address


@contextmanager
def _running(command: str, *options: str) -> Iterator[None]:
    module = f"distributed.cli.dask_{command}"
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", module, *options], stdout=quiet, stderr=quiet
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"no dask scheduler on port {port} after {PATIENCE} s")

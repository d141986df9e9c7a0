"""A double of S3, in a process of its own: moto's server, not a real store."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.required import free_port, wait_for


@contextmanager
def s3_double() -> Iterator[str]:
    """Start the double; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(port, lambda: process.poll() is None, seconds=60)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()

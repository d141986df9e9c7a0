"""Services that tests need: skipped where absent, or a failure."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/openssh")


def program_or_skip(name: str, package: str) -> str:
    """Where a program is; skips the test without it, or fails it when
    MIROIR_REQUIRE_SERVICES=1."""
    found = shutil.which(name) or next(
        (str(Path(place, name)) for place in _PLACES if Path(place, name).exists()),
        None,
    )
    if found is not None:
        return found
    reason = f"no {name}: install the package {package}"
    if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, alive: Callable[[], bool], seconds: float = 30) -> None:
    """Until something listens there; fails when its process ends before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive():
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nothing listens on port {port}")

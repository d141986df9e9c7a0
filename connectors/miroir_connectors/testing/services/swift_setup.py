"""Installs a real OpenStack Swift for the tests, in a cache outside of the project.

Run as `python3 -m miroir_connectors.testing.services.swift_setup`; it needs pip and an index. Swift is
a store that hosters run, and it speaks S3: here it is a process beside us, never
imported.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

VERSION = "2.38.3"


def home() -> Path:
    """Where it is installed, or will be."""
    return Path.home() / ".cache" / "miroir-tests" / f"swift-{VERSION}"


def installed() -> bool:
    return _last().exists()


def install() -> None:
    """Install it, unless it is there: some 10 s. One process does it at a time."""
    home().parent.mkdir(parents=True, exist_ok=True)
    with home().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed():
            return
        shutil.rmtree(home(), ignore_errors=True)
        venv.create(home(), with_pip=True)
        pip = [str(home() / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, f"swift=={VERSION}"], check=True)
        _last().touch()


def _last() -> Path:
    """What shows that all is there."""
    return home() / "installed"


if __name__ == "__main__":
    install()
    sys.stdout.write(f"{home()}\n")

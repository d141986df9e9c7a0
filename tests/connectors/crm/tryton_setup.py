"""Installs a real Tryton 8.0 for the tests, in a cache outside of the project.

Run as `python3 tests/connectors/crm/tryton_setup.py`; it needs pip and an index.
Tryton is under another licence (GPL-3): it is a process beside us, never imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

SERIES = "8.0"
PASSWORD = "s3cret-of-the-tests"
_MODULES = ("trytond", "trytond-party", "trytond-party-siret")


def home() -> Path:
    """Where it is installed, or will be."""
    return Path.home() / ".cache" / "miroir-tests" / f"tryton-{SERIES}"


def template() -> Path:
    """A new database with what the tests need, to be copied."""
    return home() / "template.sqlite"


def install() -> None:
    """Install it, unless it is there: some 15 s."""
    if template().exists():
        return
    home().parent.mkdir(parents=True, exist_ok=True)
    # An environment cannot be moved: its programs hold its path. What shows that
    # all is there, the template, comes last.
    shutil.rmtree(home(), ignore_errors=True)
    venv.create(home(), with_pip=True)
    wanted = [f"{module}=={SERIES}.*" for module in _MODULES]
    pip = [str(home() / "bin" / "python"), "-m", "pip", "install", "-q"]
    subprocess.run([*pip, *wanted], check=True)
    with tempfile.TemporaryDirectory() as folder:
        _make_database(Path(folder)).replace(template())


def configuration(folder: Path, port: int) -> Path:
    """Write the configuration of a server whose databases are in `folder`."""
    path = folder / "trytond.conf"
    path.write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\n"
        f"[web]\nlisten = 127.0.0.1:{port}\n"
        "[session]\nmax_attempt = 1\n"  # the next wrong password is held off
    )
    return path


def _make_database(folder: Path) -> Path:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    database = folder / "gps.sqlite"
    database.touch()  # Tryton makes no file of SQLite itself
    modules = ["-u", "party", "party_siret", "--activate-dependencies"]
    who = ["--email", "tests@gps.example", "-l", "fr"]
    subprocess.run(
        [
            str(home() / "bin" / "trytond-admin"),
            *("-c", str(configuration(folder, 0)), "-d", "gps"),
            *modules,
            *who,
        ],
        check=True,
        env={**os.environ, "TRYTONPASSFILE": str(secret)},
        stdin=subprocess.DEVNULL,
    )
    copy = home() / "template.draft"
    shutil.copyfile(database, copy)
    return copy


if __name__ == "__main__":
    install()
    sys.stdout.write(f"{home()}\n")

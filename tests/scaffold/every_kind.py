"""Write one plugin of every kind as a GPS would, install each, run all it brings.

Run by `tox -e scaffold`: python -m tests.scaffold.every_kind FOLDER. The one of
all kinds is also checked by mypy, ruff and `miroir plugins check`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from miroir.scaffold import KINDS, write_plugin

ALL = "gps_every_kind"


def main(folder: Path) -> None:
    """Everything, in `folder`, which is empty; stops at the first failure."""
    written = {}
    for kind in KINDS:
        name = f"gps_{kind.replace('-', '_')}"
        written[name] = write_plugin(name, folder, [kind])
    every = written[ALL] = write_plugin(ALL, folder, tuple(KINDS))
    editable = [word for target in written.values() for word in ("-e", str(target))]
    _run("-m", "pip", "install", "-q", "--no-deps", *editable)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        typed = pool.submit(
            _run, "-m", "mypy", "--strict", str(every / "src"), str(every / "tests")
        )
        for name, tested in zip(
            written, pool.map(_test, written.values()), strict=True
        ):
            sys.stdout.write(f"{tested}{name}: its tests pass\n")
        sys.stdout.write(typed.result())
    _run("-m", "ruff", "check", cwd=every)
    sys.stdout.write(_run("-m", "miroir", "plugins", "check", ALL, "--record"))
    uninstall = [f"miroir-{path.name.removeprefix('miroir-')}" for path in _all(folder)]
    _run("-m", "pip", "uninstall", "-q", "-y", *uninstall)


def _test(target: Path) -> str:
    tests = str(target / "tests")
    return _run("-m", "pytest", "-q", "-c", str(target / "pyproject.toml"), tests)


def _all(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _run(*arguments: str, cwd: Path | None = None) -> str:
    """What it printed; SystemExit, with all of that, when it failed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{' '.join(arguments)}: {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Write one plugin of every kind as a GPS would, install each, run all it brings.

Run by `tox -e scaffold`: python -m tests.scaffold.every_kind FOLDER. The one of
all kinds is also checked by mypy, ruff and `miroir plugins check`.
"""

from __future__ import annotations

import subprocess
import sys
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
    for name, target in written.items():
        _test(target, name)
    _run("-m", "mypy", "--strict", str(every / "src"), str(every / "tests"))
    _run("-m", "ruff", "check", cwd=every)
    _run("-m", "miroir", "plugins", "check", ALL, "--record")
    uninstall = [f"miroir-{path.name.removeprefix('miroir-')}" for path in _all(folder)]
    _run("-m", "pip", "uninstall", "-q", "-y", *uninstall)


def _test(target: Path, name: str) -> None:
    tests = str(target / "tests")
    _run("-m", "pytest", "-q", "-c", str(target / "pyproject.toml"), tests)
    sys.stdout.write(f"{name}: its tests pass\n")


def _all(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _run(*arguments: str, cwd: Path | None = None) -> None:
    subprocess.run([sys.executable, *arguments], check=True, cwd=cwd)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
